/** The import being prepared: fixes, edits, remembered columns. */
import { expect, test } from "vitest";
import { keyOf } from "../src/intake/ColumnStep";
import { isOwn, remembered, withEdit, withFix } from "../src/intake/draft";
import type { MappedColumn } from "../src/frame/shapes";

const column = (heading: string): MappedColumn => ({ heading, samples: [], target: "ignore", fact_type: null, confidence: 0.3, why: "", day_order: "ymd" });

test("one fix counts for a kind in a column, and none takes it away", () => {
  const first = withFix([], { code: "phone_unreadable", column: "手机" }, "take_suggestion");
  const second = withFix(first, { code: "phone_unreadable", column: "手机" }, "skip_row");
  expect(second).toEqual([{ code: "phone_unreadable", heading: "手机", deed: "skip_row" }]);
  expect(withFix(second, { code: "phone_unreadable", column: "电话" }, "drop_cell")).toHaveLength(2);
  expect(withFix(second, { code: "phone_unreadable", column: "手机" }, null)).toEqual([]);
});

test("the last edit of a cell counts", () => {
  const once = withEdit([], { row: 7, heading: "手机", text: "1380" });
  expect(withEdit(once, { row: 7, heading: "手机", text: "13800138000" })).toEqual([{ row: 7, heading: "手机", text: "13800138000" }]);
});

test("a column comes back as it was last mapped", () => {
  const upload = { remembered_mapping: { columns: [{ heading: "电话", target: { field: "phone" } }, { heading: "爱好", target: { fact: { key: "hobby", kind: "string" } } }] } };
  expect(remembered(upload, column("电话")).target).toBe("phone");
  expect(remembered(upload, column("爱好"))).toMatchObject({ target: "fact:hobby", fact_type: "string" });
  expect(remembered(upload, column("别的")).target).toBe("ignore");
});

test("a new fact's key is what the care language can name", () => {
  expect(keyOf("Monthly Charges (USD)", 3)).toBe("monthly_charges_usd");
  expect(keyOf("爱好", 3)).toBe("column_3");
  expect(keyOf("2nd phone", 4)).toBe("nd_phone");
});

test("findings count only when they are of the check that was asked for here", () => {
  expect(isOwn({ check: "chk_1" }, { id: "chk_1" })).toBe(true);
  expect(isOwn({ check: "chk_1" }, { id: "chk_2" })).toBe(false);
  expect(isOwn({}, { id: null })).toBe(false);
});
