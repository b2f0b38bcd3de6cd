/** What is kept of today's work for a day without a line: what was opened of it, no facts, and not longer than it is listed. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepCard, keepDay, keepStory, keepTouch, recallCard, recallDay, recallStory, recallTouch } from "../src/work/shelf";
import { ApiProblem } from "../src/frame/problem";
import { heldOn } from "../src/work/useCard";
import { Shelf } from "./shelf";

let shelf: Shelf;
beforeEach(() => {
  shelf = new Shelf();
  vi.stubGlobal("localStorage", shelf);
});
afterEach(() => vi.unstubAllGlobals());

const row = (n: number) => ({ id: `tch_${n}`, customer: { id: `cus_${n}` }, business_type: "renewal", version: n });
const day = (...rows: ReturnType<typeof row>[]) => ({ day: "2026-11-23", counts: {}, items: rows }) as never;
const page = (n: number) => ({ touch: row(n), outcome_codes: [{ code: "paid" }], script: { title: "续期" }, templates: [{ key: "sms" }], history: [{ note: "别人的备注" }] }) as never;
const card = (n: number) => ({ id: `cus_${n}`, name: "李秀英", contact_points: [{ masked: "138****1234" }], facts: [{ key: "address", value: "科苑路" }] }) as never;
const story = [{ id: "fct_1", title: "外呼", detail: "约月底缴费", payload: { all: "kept" } }] as never;

test("what was opened of the list can be read, without facts and without the notes of others", () => {
  keepDay(day(row(1), row(2)));
  keepTouch(page(1));
  keepCard(card(1));
  keepStory("cus_1", story);
  expect(recallDay("2026-11-23")?.items).toHaveLength(2);
  expect(recallDay("2026-11-24")).toBeNull();
  expect(recallTouch("tch_1")).toMatchObject({ script: { title: "续期" }, templates: [{ key: "sms" }], history: [] });
  expect(recallCard("cus_1")).toMatchObject({ name: "李秀英", facts: [] });
  expect(recallStory("cus_1")).toEqual([{ id: "fct_1", title: "外呼", detail: "约月底缴费", payload: {} }]);
  expect(JSON.stringify(shelf)).not.toMatch(/科苑路|别人的备注/);
});

test("one that was never opened has the codes of its kind; of one that is not listed nothing is kept", () => {
  keepDay(day(row(1), row(2)));
  keepTouch(page(1));
  keepCard(card(3));
  expect(recallTouch("tch_2")).toMatchObject({ outcome_codes: [{ code: "paid" }], templates: [] });
  expect(recallTouch("tch_3")).toBeNull();
  expect(recallCard("cus_3")).toBeNull();
});

test("what stands in stays while the line is tried anew, until the server answers", () => {
  const broken = new ApiProblem({ status: 0, code: "connection_lost" });
  let recalled = 0;
  const recall = () => `kept ${(recalled += 1)}`;
  const on = (held: ReturnType<typeof heldOn<string>>, failureReason: unknown, data?: string, of = "cus_1") => heldOn(held, of, { data, failureReason }, recall);
  expect(on(null, null)).toBeNull();
  const held = on(null, broken);
  expect(held).toEqual({ of: "cus_1", kept: "kept 1" });
  expect(on(held, null)).toBe(held);
  expect(on(held, broken)).toBe(held);
  expect(on(held, null, "answer")).toBeNull();
  expect(on(held, new ApiProblem({ status: 404, code: "not_found" }))).toBeNull();
  expect(on(held, null, undefined, "cus_2")).toBeNull();
  expect(on(held, broken, undefined, "cus_2")).toEqual({ of: "cus_2", kept: "kept 2" });
});

test("what leaves the list goes from the browser too", () => {
  keepDay(day(row(1), row(2)));
  for (const n of [1, 2]) keepCard(card(n));
  keepStory("cus_1", story);
  keepDay(day(row(2)));
  expect([recallCard("cus_1"), recallStory("cus_1")]).toEqual([null, null]);
  expect(recallCard("cus_2")).not.toBeNull();
});
