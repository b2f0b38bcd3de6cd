/** What happened meanwhile and wants a look: kept until read, in this browser. */
import { kept } from "./store";

export interface Notice {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly to: string;
  readonly read: "read" | "unread";
}

const NOTICES_MAX = 50;
export const notices = kept<readonly Notice[]>([], "tend.notices");

export function notify(kind: string, to: string, at: number): void {
  const id = `${kind} ${to}`;
  notices.change((before) => [{ id, at, kind, to, read: "unread" as const }, ...before.filter((n) => n.id !== id)].slice(0, NOTICES_MAX));
}

export function readAll(): void {
  notices.change((before) => before.map((notice) => ({ ...notice, read: "read" as const })));
}

export function readOne(id: string): void {
  notices.change((before) => before.map((notice) => (notice.id === id ? { ...notice, read: "read" as const } : notice)));
}

export function unread(all: readonly Notice[]): number {
  return all.filter((notice) => notice.read === "unread").length;
}
