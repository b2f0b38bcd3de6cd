/** The list of results that wait for a verdict, and what came of a hand-out. */
import { expect, test } from "vitest";
import { outcomeSaid, together } from "../src/work/handedOut";
import { waitingFor, without } from "../src/work/verdict";

const page = (about: number | null, ...ids: string[]) => ({ items: ids.map((id) => ({ id })), next: null, about });

test("a sample is asked for by what was drawn, and a failed result is judged too", () => {
  expect(waitingFor("drawn", "bat_1")).toEqual({ state: "done,failed", batch: "bat_1", sample: "drawn" });
  expect(waitingFor("all", undefined)).toEqual({ state: "done,failed", batch: undefined });
});

test("a row that was judged goes from its page, and all pages count one less", () => {
  const data = { pages: [page(3, "a", "b"), page(3, "c")], pageParams: ["", "x"] };
  expect(without(data, "b").pages).toEqual([page(2, "a"), page(2, "c")]);
  expect(without(data, "z")).toBe(data);
  expect(without({ pages: [page(null, "a")], pageParams: [""] }, "a").pages).toEqual([page(null)]);
});

const WORDS = { done: (n: number) => `${n} out`, skipped: (n: number, why: string) => `${n} not: ${why}`, leftWhy: { full: "all are full" } };

test("what was handed out is what the server says, and the rest is told by reason, the most frequent first", () => {
  expect(outcomeSaid(WORDS, 3, {})).toBe("3 out");
  expect(outcomeSaid(WORDS, 3, { no_taker: 1, full: 4, owner_absent: 0 })).toBe("3 out · 5 not: all are full 4 · no_taker 1");
  expect(together({ full: 1 }, { full: 2, no_taker: 3 })).toEqual({ full: 3, no_taker: 3 });
});
