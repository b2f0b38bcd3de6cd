/**
 * Results recorded while the line is lost. They wait in this browser with the key they were begun with, so that
 * sending one twice records it once, and go out in their order when the line is back. One that was overtaken
 * (somebody else closed the work order) stays in sight until a person decides.
 */
import type { QueryClient } from "@tanstack/react-query";
import { call, freshKey } from "./api";
import { type ApiProblem, asProblem, type ProblemShape } from "./problem";
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
/** The entry that is on its way to the server at this moment. */
let underWay: { readonly key: string; readonly over: Promise<unknown> } | null = null;
let again: ReturnType<typeof setTimeout> | undefined;
const WAIT_MAX_MS = 300_000;
/** After an answer that only says that the program is ill. */
const ILL_MS = 30_000;
/** What the clocks of a desk and of the server may be apart. */
const CLOCKS_APART_MS = 900_000;

export function keepLate(entry: Omit<LateOutcome, "key" | "happened_at">, key = freshKey(), at = new Date()): void {
  late.change((before) => [...before.filter((one) => one.touch !== entry.touch), { ...entry, key, happened_at: at.toISOString() }]);
}

export function dropLate(key: string): void {
  late.change((before) => before.filter((one) => one.key !== key));
}

/** Takes back what waits. One that went out meanwhile is not here any more: whoever takes it back must ask the server to. */
export async function takeBackLate(key: string): Promise<"here" | "sent"> {
  if (underWay?.key === key) await underWay.over;
  if (!late.now().some((one) => one.key === key)) return "sent";
  dropLate(key);
  return "here";
}

/** What still waits for one person, and what was refused. */
export function lateOf(all: readonly LateOutcome[], staff: string): { waiting: readonly LateOutcome[]; refused: readonly LateOutcome[] } {
  const own = all.filter((one) => one.staff === staff);
  return { waiting: own.filter((one) => !one.refused), refused: own.filter((one) => one.refused) };
}

/** Sends what waits, oldest first; stops at a broken line or a full program, keeps what was refused with its reason. */
export function sendLate(client: QueryClient): Promise<void> {
  sending ??= go(client).finally(() => {
    sending = null;
  });
  return sending;
}

async function go(client: QueryClient): Promise<void> {
  clearTimeout(again);
  const me = client.getQueryData<{ id: string }>(["org", "me"])?.id;
  const waiting = me ? lateOf(late.now(), me).waiting : [];
  for (const one of waiting) {
    // Taken back while those before it were sent.
    if (!late.now().some((kept) => kept.key === one.key)) continue;
    const over = settle(one, client);
    underWay = { key: one.key, over };
    const fate = await over;
    underWay = null;
    if (fate === "later") break;
  }
  if (waiting.length > 0) {
    void client.invalidateQueries({ queryKey: ["work"] });
    void client.invalidateQueries({ queryKey: ["customer"] });
  }
}

/** Sends one and puts it where it belongs then: away, on with the wait, or in sight with its refusal. */
async function settle(one: LateOutcome, client: QueryClient): Promise<"later" | "sent" | "refused"> {
  try {
    const { code, note, next_day, facts, happened_at } = one;
    const body = { code, note, next_day, facts, happened_at };
    await call("POST /touches/{id}/outcome", { path: { id: one.touch }, body, key: one.key });
    dropLate(one.key);
    return "sent";
  } catch (thrown) {
    const problem = asProblem(thrown);
    const fate = await fateOf(problem, one);
    if (fate === "later" && problem.status !== 0 && problem.status !== 401) again = setTimeout(() => void sendLate(client), waitOf(problem));
    if (fate === "sent") dropLate(one.key);
    if (fate === "refused") late.change((before) => before.map((kept) => (kept.key === one.key ? { ...kept, refused: problem.shape } : kept)));
    return fate;
  }
}

/** Nothing is wrong with the result: no line, no session, no place for it just then, or the program is ill. */
const passes = ({ status, code }: ApiProblem) => code === "connection_lost" || status === 401 || status === 429 || status >= 500;

/** A broken line and a new session are told by others; only a wait has an end of its own. */
const waitOf = (problem: ApiProblem) => (problem.status === 429 ? Math.min(Math.max(problem.waitMs, 1_000), WAIT_MAX_MS) : ILL_MS);

/**
 * What a refusal means. One that was carried out before (its answer was lost, or the key was first sent without the time)
 * is told so in several ways; the work order itself says whether it stands there as this person gave it.
 */
async function fateOf(problem: ApiProblem, one: LateOutcome): Promise<"later" | "sent" | "refused"> {
  if (passes(problem)) return "later";
  if (problem.status !== 409 && problem.code !== "idempotency_key_reused") return "refused";
  try {
    return carriedOut(await call("GET /touches/{id}", { path: { id: one.touch } }), one) ? "sent" : "refused";
  } catch (thrown) {
    return passes(asProblem(thrown)) ? "later" : "refused";
  }
}

interface Seen {
  readonly touch: { readonly outcome_code?: string | null };
  readonly history: readonly { readonly staff_id: string; readonly code: string; readonly note?: string | null; readonly at: string }[];
}

/** Whether the work order ended as it was told here, by the same person. The customer's other contacts are older or say something else. */
export function carriedOut({ touch, history }: Seen, one: LateOutcome): boolean {
  const since = Date.parse(one.happened_at) - CLOCKS_APART_MS;
  return touch.outcome_code === one.code && history.some((said) => said.staff_id === one.staff && said.code === one.code && (said.note ?? "") === (one.note ?? "") && Date.parse(said.at) >= since);
}
