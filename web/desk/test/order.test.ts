/** Where My day goes next and how hot a row is. */
import { expect, test } from "vitest";
import { after, callHours, grouped, hasLeft, heat, hourIn, kindOf, moved, ofKind, snoozesUntil, snoozeTo, standIn, steady } from "../src/work/order";

const rows = ["a", "b", "c"].map((id) => ({ id }));

test("next and previous stay at the ends", () => {
  expect(moved(rows, "a", 1)).toBe("b");
  expect(moved(rows, "c", 1)).toBe("c");
  expect(moved(rows, "a", -1)).toBe("a");
  expect(moved(rows, null, 1)).toBe("a");
  expect(moved([], null, 1)).toBeNull();
});

test("after a finished row comes the next below, else the last above", () => {
  expect(after(rows, "b")).toBe("c");
  expect(after(rows, "c")).toBe("b");
  expect(after([{ id: "only" }], "only")).toBeNull();
});

test("for a row that somebody else took stands the next below that is still there", () => {
  const left = (...ids: string[]) => ids.map((id) => ({ id }));
  expect(standIn(rows, "a", left("new", "b", "c"))).toBe("b");
  expect(standIn(rows, "b", left("a", "c"))).toBe("c");
  expect(standIn(rows, "c", left("a"))).toBe("a");
  expect(standIn(rows, "gone", left("a"))).toBeNull();
  expect(standIn(rows, "a", [])).toBeNull();
});

test("a row that somebody else took has left; one that is awaited after an undo has not", () => {
  expect(hasLeft(rows, "b", [{ id: "a" }, { id: "c" }])).toBe(true);
  expect(hasLeft(rows, "b", rows)).toBe(false);
  expect(hasLeft([{ id: "a" }, { id: "c" }], "b", [{ id: "a" }, { id: "c" }])).toBe(false);
});

test("messages are everything that is neither a call nor a visit", () => {
  expect(["phone", "visit", "sms", "wechat", "mail"].map(kindOf)).toEqual(["calls", "visits", "messages", "messages", "messages"]);
  const touches = [{ channel: "phone" }, { channel: "sms" }] as never[];
  expect(ofKind(touches, "calls")).toHaveLength(1);
  expect(ofKind(touches, "all")).toHaveLength(2);
});

test("the bar tells how near the last day is", () => {
  const of = (not_after: string, overdue = false) => heat({ not_after, overdue }, "2026-11-23");
  expect([of("2026-11-22"), of("2026-11-23"), of("2026-11-25"), of("2026-12-30"), of("2026-12-30", true)]).toEqual(["overdue", "last-day", "soon", "calm", "overdue"]);
});

test("tomorrow is ten o'clock tomorrow, also at the end of a month", () => {
  const then = snoozeTo("tomorrow", new Date(2026, 10, 30, 18, 20));
  expect([then.getMonth(), then.getDate(), then.getHours(), then.getMinutes()]).toEqual([11, 1, 10, 0]);
  expect(snoozeTo("week", new Date(2026, 10, 23)).getDay()).toBe(1);
});

test("what lies behind the last day is not offered, nor what has passed", () => {
  const monday = new Date(2026, 10, 23, 11, 20);
  expect(snoozesUntil("2026-12-31", monday)).toEqual(["hour", "afternoon", "tomorrow", "week"]);
  expect(snoozesUntil("2026-11-24", monday)).toEqual(["hour", "afternoon", "tomorrow"]);
  expect(snoozesUntil("2026-11-23", new Date(2026, 10, 23, 15, 0))).toEqual(["hour"]);
  expect(snoozesUntil("2026-11-23", new Date(2026, 10, 23, 23, 30))).toEqual([]);
});

test("the firm's order stands under headings; by value it is one list", () => {
  const row = (id: string, part: object) => ({ id, overdue: false, at: null, worth: { minor: 0 }, not_after: "2026-12-01", ...part }) as never;
  const rows = [row("late", { overdue: true }), row("ten", { at: "10:00", worth: { minor: 900 } }), row("any", { worth: { minor: 1200 }, not_after: "2026-11-24" })];
  expect(grouped(rows, "order").map((group) => [group.key, group.rows.map((one) => one.id)])).toEqual([["overdue", ["late"]], ["timed", ["ten"]], ["today", ["any"]]]);
  expect(grouped(rows, "value")[0]!.rows.map((one) => one.id)).toEqual(["any", "ten", "late"]);
  expect(grouped(rows, "until")[0]!.rows[0]!.id).toBe("any");
});

test("nothing slides in under the pointer, and what is gone goes", () => {
  const news = [{ id: "new" }, { id: "a" }, { id: "c" }];
  expect(steady(["a", "b", "c"], news, "over")).toEqual({ rows: [{ id: "a" }, { id: "c" }], waiting: 1 });
  expect(steady(["a", "b", "c"], news, "away")).toEqual({ rows: news, waiting: 0 });
});

test("the hours for calls end at nine in the evening where the firm is", () => {
  expect([8, 9, 18, 19, 20, 21].map(callHours)).toEqual(["closed", "open", "open", "ending", "ending", "closed"]);
  expect(hourIn("Asia/Shanghai", new Date("2026-11-23T01:30:00Z"))).toBe(9);
});
