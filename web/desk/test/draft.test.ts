/** What was written for a work order is there again after a look elsewhere, and after its result was taken back. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bringBack, type Draft, dropDraft, readDraft } from "../src/work/draft";

const draft: Draft = { code: "paid", note: "约月底缴费", nextDay: "2026-12-02", answers: { satisfaction: 4 } };
let shelf: Map<string, string>;

beforeEach(() => {
  shelf = new Map();
  vi.stubGlobal("localStorage", { getItem: (place: string) => shelf.get(place) ?? null, setItem: (place: string, text: string) => shelf.set(place, text), removeItem: (place: string) => shelf.delete(place) });
});
afterEach(() => vi.unstubAllGlobals());

test("a result that is taken back brings its note and its answers back", () => {
  dropDraft("tch_1", draft);
  expect(readDraft("tch_1").note).toBe("");
  bringBack("tch_1");
  expect(readDraft("tch_1")).toEqual(draft);
});

test("what was begun anew since is newer, and nothing comes back twice or for another one", () => {
  dropDraft("tch_1", draft);
  shelf.set("tend.own.draft.tch_1", JSON.stringify({ note: "再打一次" }));
  bringBack("tch_1");
  expect(readDraft("tch_1").note).toBe("再打一次");
  shelf.clear();
  bringBack("tch_1");
  bringBack("tch_2");
  expect([readDraft("tch_1").note, readDraft("tch_2").note]).toEqual(["", ""]);
});

test("a draft that cannot be read is none", () => {
  shelf.set("tend.own.draft.tch_1", "{broken");
  expect(readDraft("tch_1")).toEqual({ code: null, note: "", nextDay: null, answers: {} });
});
