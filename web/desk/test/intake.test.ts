/** The import being prepared: fixes, edits, remembered columns. */
import { describe, expect, test } from "vitest";
import { cellsOf, problemSum } from "../src/intake/cells";
import { keyOf } from "../src/intake/ColumnStep";
import { byRule, decided, isSpent, waysOf } from "../src/intake/alike";
import { ApiProblem } from "../src/frame/problem";
import { begun, isAwaited, isOwn, readAnew, remembered, type RowChoice, withChoice, withEdit, withFix } from "../src/intake/draft";
import type { AlikeRow, MappedColumn, Upload } from "../src/frame/shapes";

const column = (heading: string): MappedColumn => ({ heading, samples: [], target: "ignore", fact_type: null, confidence: 0.3, why: "", day_order: "ymd" });

test("one fix counts for a kind in a column, and none takes it away", () => {
  const first = withFix([], { code: "phone_unreadable", column: "手机" }, "take_suggestion");
  const second = withFix(first, { code: "phone_unreadable", column: "手机" }, "skip_row");
  expect(second).toEqual([{ code: "phone_unreadable", heading: "手机", deed: "skip_row" }]);
  expect(withFix(second, { code: "phone_unreadable", column: "电话" }, "drop_cell")).toHaveLength(2);
  expect(withFix(second, { code: "phone_unreadable", column: "手机" }, null)).toEqual([]);
});

test("warnings are counted where nothing was refused", () => {
  const kinds = [{ severity: "warning", count: 3 }, { severity: "warning", count: 2 }];
  expect([problemSum(kinds, "warning"), problemSum(kinds, "error")]).toEqual([5, 0]);
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

test("a file that is read anew keeps what was written about the batch, and no fix of other cells", () => {
  const read = (id: string) => ({ id, as: "customers", suggested_mapping: { kind: "customers", columns: [column(id)] } }) as unknown as Upload;
  const before = { ...begun(read("upl_1"), "名单.csv"), step: 1 as const, name: "十月", reason: "续期", businessType: "renewal", onDuplicate: "skip" as const, edits: [{ row: 2, heading: "锟斤拷", text: "1" }], choices: [{ row: 3, deed: "skip" as const }] };
  const anew = readAnew(before, begun(read("upl_2"), "名单.csv", { encoding: "gb18030" }));
  expect(anew).toMatchObject({ step: 0, name: "十月", reason: "续期", businessType: "renewal", onDuplicate: "skip", edits: [], said: { encoding: "gb18030" } });
  expect([anew.choices, anew.upload.id, anew.mapping.columns[0]?.heading]).toEqual([undefined, "upl_2", "upl_2"]);
  const other = begun(read("upl_3"), "别的.csv");
  expect(readAnew(before, other)).toBe(other);
  expect(readAnew(null, other)).toBe(other);
});

test("a file that was read once more does not bring back an import that was dropped, nor replace another", () => {
  const now = (id: string) => ({ upload: { id } as Upload });
  expect([isAwaited(now("upl_1"), "upl_1"), isAwaited(null, "upl_1"), isAwaited(now("upl_2"), "upl_1")]).toEqual([true, false, false]);
  expect([isAwaited(null, undefined), isAwaited(now("upl_1"), undefined)]).toEqual([true, true]);
});

describe("the cells of one column", () => {
  const cell = (column: string, row: number) => ({ column, row });
  const pages: Record<string, { items: { column: string; row: number }[]; next: string | null }> = {
    "": { items: [cell("Birthday", 1), cell("Birthday", 2)], next: "2.0" },
    "2.0": { items: [cell("Birthday", 3), cell("Joined", 4)], next: "4.0" },
    "4.0": { items: [cell("Birthday", 5)], next: null },
  };
  const ask = (cursor: string | undefined) => Promise.resolve(pages[cursor ?? ""]!);

  test("a page without any is passed over", async () => {
    expect(await cellsOf(ask, "Joined", undefined)).toEqual({ items: [cell("Joined", 4)], next: "4.0" });
    expect(await cellsOf(ask, "Birthday", undefined)).toEqual({ items: [cell("Birthday", 1), cell("Birthday", 2)], next: "2.0" });
  });

  test("the end is the end", async () => {
    expect(await cellsOf(ask, "Joined", "4.0")).toEqual({ items: [], next: null });
    expect(await cellsOf(ask, "Tier", undefined)).toEqual({ items: [], next: null });
  });
});

describe("a row that looks like somebody", () => {
  const other = (points: number, whom: { customer_id?: string; row?: number }): AlikeRow["others"][number] => ({ name: "李秀英", by: ["phone"], points, is_same: points >= 80, ...whom });
  const row = (...others: AlikeRow["others"]): AlikeRow => ({ row: 7, name: "李秀英", others, fields: [] });
  const two = row(other(95, { customer_id: "cus_1" }), other(92, { customer_id: "cus_2" }), other(75, { row: 3 }));

  test("may be any of those, a new one, or nobody", () => {
    expect(waysOf(two).map((way) => way.choice)).toEqual([
      { row: 7, deed: "merge", customer_id: "cus_1" },
      { row: 7, deed: "merge", customer_id: "cus_2" },
      { row: 7, deed: "merge", same_as_row: 3 },
      { row: 7, deed: "keep" },
      { row: 7, deed: "skip" },
    ]);
    expect(new Set(waysOf(two).map((way) => way.key)).size).toBe(5);
  });

  test("goes by the rule only where it is surely somebody", () => {
    expect((["merge", "keep", "skip"] as const).map((rule) => byRule(two, rule))).toEqual(["is:cus_1", "new", "out"]);
    const unsure = row(other(40, { customer_id: "cus_1" }));
    expect((["merge", "keep", "skip"] as const).map((rule) => byRule(unsure, rule))).toEqual(["new", "new", "new"]);
    expect(byRule(row(other(95, { row: 3 })), "merge")).toBe("is:row:3");
  });

  test("is shown no more when the day's look-ups are spent, which is no other refusal", () => {
    expect(isSpent(new ApiProblem({ status: 429, code: "look_ups_spent" }))).toBe(true);
    expect(["too_many_requests", "check_overtaken"].some((code) => isSpent(new ApiProblem({ status: 429, code })))).toBe(false);
    expect(isSpent(new Error("no line"))).toBe(false);
  });

  test("is what was decided last, and the rule's again when that is taken back", () => {
    let choices: readonly RowChoice[] = [];
    expect(decided(two, choices)).toBeNull();
    for (const way of waysOf(two)) {
      choices = withChoice(choices, 7, way.choice);
      expect(decided(two, choices)).toBe(way.key);
    }
    expect(choices).toHaveLength(1);
    expect(decided(row(), [{ row: 7, deed: "merge", customer_id: "cus_gone" }])).toBeNull();
    expect(withChoice(choices, 7, null)).toEqual([]);
  });
});
