/**
 * Results recorded while the line is lost. They wait in this browser with the key they were begun with, so that
 * sending one twice records it once, and go out in their order when the line is back. One that was overtaken
 * (somebody else closed the work order) stays in sight until a person decides.
 */
import type { QueryClient } from "@tanstack/react-query";
import { call, freshKey } from "./api";
import { ApiProblem, asProblem, type ProblemShape } from "./problem";
import { kept } from "./store";

export interface LateOutcome {
  readonly key: string;
  readonly staff: string;
  readonly touch: string;
  readonly customer: { readonly id: string; readonly name: string };
  readonly code: string;
  readonly title: string;
  readonly note?: string;
  readonly next_day?: string;
  readonly facts?: Record<string, unknown>;
  /** When it happened, which is not when it is sent. */
  readonly happened_at: string;
  readonly refused?: ProblemShape;
}

/** Outside the person's own things on purpose: what was not sent yet must outlive a sign-out. Holds no numbers. */
export const late = kept<readonly LateOutcome[]>([], "tend.late");
let sending: Promise<void> | null = null;

export function keepLate(entry: Omit<LateOutcome, "key" | "happened_at">, key = freshKey(), at = new Date()): void {
  late.change((before) => [...before.filter((one) => one.touch !== entry.touch), { ...entry, key, happened_at: at.toISOString() }]);
}

export function dropLate(key: string): void {
  late.change((before) => before.filter((one) => one.key !== key));
}

/** What still waits for one person, and what was refused. */
export function lateOf(all: readonly LateOutcome[], staff: string): { waiting: readonly LateOutcome[]; refused: readonly LateOutcome[] } {
  const own = all.filter((one) => one.staff === staff);
  return { waiting: own.filter((one) => !one.refused), refused: own.filter((one) => one.refused) };
}

/** Sends what waits, oldest first; stops at a broken line, keeps what was refused with its reason. */
export function sendLate(client: QueryClient): Promise<void> {
  sending ??= go(client).finally(() => {
    sending = null;
  });
  return sending;
}

async function go(client: QueryClient): Promise<void> {
  const me = client.getQueryData<{ id: string }>(["org", "me"])?.id;
  const waiting = me ? lateOf(late.now(), me).waiting : [];
  for (const one of waiting) {
    try {
      const { code, note, next_day, facts, happened_at } = one;
      await call("POST /touches/{id}/outcome", { path: { id: one.touch }, body: { code, note, next_day, facts, happened_at } as never, key: one.key });
      dropLate(one.key);
    } catch (thrown) {
      if (thrown instanceof ApiProblem && (thrown.status === 0 || thrown.status === 401 || thrown.status >= 500)) return;
      late.change((before) => before.map((kept) => (kept.key === one.key ? { ...kept, refused: asProblem(thrown).shape } : kept)));
    }
  }
  if (waiting.length > 0) {
    void client.invalidateQueries({ queryKey: ["work"] });
    void client.invalidateQueries({ queryKey: ["customer"] });
  }
}
