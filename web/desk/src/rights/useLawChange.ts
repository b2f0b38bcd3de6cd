/** The firm's choice of rules is saved as a whole: what stands, with one thing changed. */
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { rightsWords } from "../words/rights";
import { useRight } from "./queries";

export type Law = components["schemas"]["LawShape"];
type Body = components["schemas"]["LawBody"];
export type Span = components["schemas"]["SpanShape"];

export function chosenOf(law: Law): Body {
  const keep = Object.fromEntries(law.keep.filter((one) => one.own && one.period).map((one) => [one.record, one.period as Span]));
  return { packs: law.packs.filter((pack) => pack.chosen && pack.key !== "house").map((pack) => pack.key), keep, erasure_needs_two: law.erasure_needs_two };
}

export function useLawChange(after?: () => void) {
  const words = useWords(rightsWords);
  return useRight((body: Body) => call("PUT /law", { body }), () => words.saved, after);
}
