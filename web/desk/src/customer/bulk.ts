/**
 * What a bulk edit is about and what it does, in the words of the wire: the rows that were chosen, or all
 * that match what the list shows.
 */
import { queryOptions } from "@tanstack/react-query";
import { type Answer, type Ask, call } from "../frame/api";
import type { Role } from "../frame/shapes";
import type { Shown } from "./listAddress";

type Body = Ask<"POST /bulk-edits">["body"];
export type BulkEdit = Answer<"GET /bulk-edits/{id}">;

/** The rows that were chosen one by one, everybody who matches, or everybody of one person. */
export type Chosen = { readonly kind: "rows"; readonly ids: readonly string[] } | { readonly kind: "all" } | { readonly kind: "owner"; readonly id: string };
export const NOBODY: Chosen = { kind: "rows", ids: [] };

/** A deed that is still being said. */
export interface Draft {
  readonly kind: "label_on" | "label_off" | "touch" | "entrust";
  readonly label?: string;
  /** What a work order for each of them is about. */
  readonly matter?: string;
  readonly channel: BulkChannel;
  /** The day of the work orders; none is not chosen yet. */
  readonly due?: string;
  readonly to: readonly { readonly id: string; readonly name: string }[];
  readonly along: "with touches" | "without";
}
export const CHANNELS = ["phone", "wechat", "sms", "visit"] as const;
export type BulkChannel = (typeof CHANNELS)[number];
export const BLANK: Draft = { kind: "label_on", to: [], along: "with touches", channel: "phone" };

/** Who may change customers at all, and who may give them to others; the server has the last word. */
export const mayEdit = (role: Role) => ["hq", "channel_lead", "maintainer", "specialist"].includes(role);
export const mayEntrust = (role: Role) => role === "hq" || role === "channel_lead";

/** The body of the wire; none while something is missing. */
export function bodyOf(chosen: Chosen, shown: Pick<Shown, "segment" | "filters">, draft: Draft, title = ""): Body | null {
  const who = whomOf(chosen, shown);
  const deed = deedOf(draft);
  // What is not said has its usual value on the server; the description asks for every field.
  return who && deed && ({ who, deed, title } as unknown as Body);
}

/** Whom a deed is about, in the words of the wire; none while nobody is chosen. */
export function whomOf(chosen: Chosen, shown: Pick<Shown, "segment" | "filters">) {
  if (chosen.kind === "all") return { ...(shown.segment ? { expression: shown.segment } : {}), filters: { ...shown.filters } };
  if (chosen.kind === "owner") return { owner: chosen.id };
  return chosen.ids.length > 0 ? { ids: [...chosen.ids] } : null;
}

function deedOf(draft: Draft) {
  if (draft.kind === "entrust") return draft.to.length > 0 ? { kind: draft.kind, to: draft.to.map((one) => one.id), with_touches: draft.along === "with touches" } : null;
  if (draft.kind === "touch") return draft.matter?.trim() && draft.due ? { kind: draft.kind, title: draft.matter.trim(), channel: draft.channel, due: draft.due } : null;
  return draft.label ? { kind: draft.kind, label: draft.label } : null;
}

/** How far a bulk edit is, in whole percent; nothing to do counts as through. */
export function percent({ state, total, settled, undone, kept, changed }: Pick<BulkEdit, "state" | "total" | "settled" | "undone" | "kept" | "changed">): number {
  const [done, all] = state === "undoing" ? [undone + kept, changed] : [settled, total];
  if (all > 0) return Math.min(100, Math.floor((done * 100) / all));
  return state === "done" || state === "undone" ? 100 : 0;
}

export const bulkQuery = (id: string) => queryOptions({ queryKey: ["bulk", id], queryFn: ({ signal }) => call("GET /bulk-edits/{id}", { path: { id }, signal }), retry: false });

export const previewQuery = (body: Body | null) =>
  queryOptions({ queryKey: ["bulk", "preview", JSON.stringify(body)], queryFn: ({ signal }) => call("POST /bulk-edits/preview", { body: body as Body, signal }), enabled: body !== null, retry: false, staleTime: 0, gcTime: 0 });
