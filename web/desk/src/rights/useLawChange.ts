/** The firm's choice of rules is saved as a whole: what the firm itself chose and nothing else, with one thing changed. */
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { rightsWords } from "../words/rights";
import { useRight } from "./queries";

export type Law = components["schemas"]["LawShape"];
export type Chosen = components["schemas"]["LawBody"];
export type Span = components["schemas"]["SpanShape"];

/**
 * A day before every law of the packs. The answer about a day tells the longest period that holds then, the firm's own or
 * a law's; of a day without laws it is the firm's own.
 */
const BEFORE_LAWS = "1900-01-01";

export const chosenQuery = queryOptions({ queryKey: ["rights", "law", "chosen"], queryFn: async ({ signal }) => chosenOf(await call("GET /law", { query: { day: BEFORE_LAWS }, signal })) });

/** What the firm chose. A period that a rule says is no choice of the firm's. */
export function chosenOf(law: Pick<Law, "packs" | "keep" | "erasure_needs_two">): Chosen {
  const keep = Object.fromEntries(law.keep.filter((one) => one.own && one.period && !one.rule).map((one) => [one.record, one.period as Span]));
  return { packs: law.packs.filter((pack) => pack.chosen && pack.key !== "house").map((pack) => pack.key), keep, erasure_needs_two: law.erasure_needs_two };
}

/** Changes one thing of what stands at that moment, so that nobody's change of another thing is lost. */
export function useLawChange(after?: () => void) {
  const words = useWords(rightsWords);
  const client = useQueryClient();
  return useRight(async (change: (now: Chosen) => Chosen) => call("PUT /law", { body: change(await client.fetchQuery({ ...chosenQuery, staleTime: 0 })) }), () => words.saved, after);
}
