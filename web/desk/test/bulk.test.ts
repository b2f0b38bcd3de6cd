/** Bulk edits on the wire: all that match is said by the conditions, chosen rows by their ids. */
import { expect, test } from "vitest";
import { BLANK, bodyOf, mayEdit, mayEntrust, NOBODY, percent } from "../src/customer/bulk";
import { shownBy } from "../src/customer/listAddress";

const shown = shownBy({ segment: 'tier == "gold"', region: "x", owner: "none", q: "李" } as never);

test("all that match is said by what the list shows, without the rows", () => {
  const body = bodyOf({ kind: "all" }, shown, { ...BLANK, label: "vip" }, "添加标签");
  expect(body).toEqual({ who: { expression: 'tier == "gold"', filters: { owner: "none", q: "李" } }, deed: { kind: "label_on", label: "vip" }, title: "添加标签" });
});

test("a list without conditions means everybody in scope, and says so", () => {
  expect(bodyOf({ kind: "all" }, shownBy({}), { ...BLANK, kind: "label_off", label: "vip" })?.who).toEqual({ filters: {} });
});

test("a work order is asked for once it is said what and when", () => {
  const draft = { ...BLANK, kind: "touch" as const, due: "2026-11-24" };
  expect(bodyOf({ kind: "all" }, shown, draft)).toBeNull();
  expect(bodyOf({ kind: "all" }, shown, { ...draft, matter: " 年终回访 " })?.deed).toEqual({ kind: "touch", title: "年终回访", channel: "phone", due: "2026-11-24" });
});

test("chosen rows are named, whatever the list shows", () => {
  const draft = { ...BLANK, kind: "entrust" as const, to: [{ id: "stf_1", name: "王芳" }], along: "without" as const };
  expect(bodyOf({ kind: "rows", ids: ["cus_1"] }, shown, draft)).toEqual({ who: { ids: ["cus_1"] }, deed: { kind: "entrust", to: ["stf_1"], with_touches: false }, title: "" });
});

test("nothing is asked while somebody or something is missing", () => {
  expect(bodyOf(NOBODY, shown, { ...BLANK, label: "vip" })).toBeNull();
  expect(bodyOf({ kind: "all" }, shown, BLANK)).toBeNull();
  expect(bodyOf({ kind: "all" }, shown, { ...BLANK, kind: "entrust" })).toBeNull();
});

test("progress counts what is settled, and while undoing what is put back or kept", () => {
  const edit = { state: "running", total: 8, settled: 6, changed: 5, undone: 0, kept: 0 };
  expect(percent(edit)).toBe(75);
  expect(percent({ ...edit, state: "undoing", undone: 2, kept: 1 })).toBe(60);
  expect(percent({ ...edit, state: "gathering", total: 0, settled: 0 })).toBe(0);
  expect(percent({ ...edit, state: "done", total: 0, settled: 0 })).toBe(100);
});

test("only those who look after customers choose rows, only leads hand over", () => {
  expect((["hq", "channel_lead", "maintainer", "specialist", "quality", "executive", "admin"] as const).filter(mayEdit)).toEqual(["hq", "channel_lead", "maintainer", "specialist"]);
  expect(mayEntrust("maintainer")).toBe(false);
});
