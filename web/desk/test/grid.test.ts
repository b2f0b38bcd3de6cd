/** The long list: what it draws, what a range is, how wide its columns are. */
import { describe, expect, test } from "vitest";
import { between, fitting, inSight, leastOf, slotted, templateOf, withHeads } from "../src/parts/grid";

describe("rows in sight", () => {
  test("are drawn with some beyond, never outside the list", () => {
    expect(inSight(0, 400, 40, 1000)).toEqual({ from: 0, to: 20 });
    expect(inSight(4000, 400, 40, 1000)).toEqual({ from: 92, to: 120 });
    expect(inSight(4000, 400, 40, 105)).toEqual({ from: 92, to: 105 });
  });
  test("change in steps: a few pixels draw nothing anew", () => {
    expect(inSight(4010, 400, 40, 1000)).toEqual(inSight(4030, 400, 40, 1000));
  });
  test("a list shorter than the screen is drawn whole", () => {
    expect(inSight(0, 900, 40, 3)).toEqual({ from: 0, to: 3 });
  });
});

describe("a range", () => {
  const rows = ["a", "b", "c", "d"].map((id) => ({ id }));
  test("goes both ways and holds both ends", () => {
    expect(between(rows, "b", "d")).toEqual(["b", "c", "d"]);
    expect(between(rows, "d", "b")).toEqual(["b", "c", "d"]);
  });
  test("without a beginning is the one row, and of nothing is nothing", () => {
    expect(between(rows, null, "c")).toEqual(["c"]);
    expect(between(rows, "gone", "c")).toEqual(["c"]);
    expect(between(rows, "a", "gone")).toEqual([]);
  });
});

describe("widths", () => {
  const columns = [{ key: "name", width: 100 }, { key: "age", width: 80 }];
  test("stay within what can be read and used", () => {
    expect([fitting(3), fitting(120.4), fitting(9000)]).toEqual([56, 120, 640]);
  });
  test("what was pulled stands still, the others share the rest", () => {
    expect(templateOf(columns, { name: 150 }, true)).toBe("40px 150px minmax(80px, 80fr)");
    expect(templateOf(columns, {}, false)).toBe("minmax(100px, 100fr) minmax(80px, 80fr)");
    expect(templateOf(columns, { name: 150, age: 60 }, false)).toBe("150px 60px 1fr");
  });
});

test("a heading stands before the first row of its group", () => {
  const rows = [{ id: "a", tier: "gold" }, { id: "b", tier: "gold" }, { id: "c", tier: "silver" }];
  expect(withHeads(rows, (row) => row.tier).map((line) => line.head ?? line.row?.id)).toEqual(["gold", "a", "b", "silver", "c"]);
  expect(withHeads(rows, undefined).map((line) => line.row?.id)).toEqual(["a", "b", "c"]);
});

describe("the places of rows", () => {
  const told = (places: ReadonlyMap<string, number>) => [...places].map(([id, place]) => `${id}${place}`).join(" ");
  test("another answer takes them one after the other, so that nothing is made or moved", () => {
    const first = slotted(["a", "b", "c"], new Map(), null);
    expect(told(first)).toBe("a0 b1 c2");
    expect(told(slotted(["x", "y", "z", "w"], first, null))).toBe("x0 y1 z2 w3");
  });
  test("scrolling gives the place of a row that left to one that comes, and none while it has the focus", () => {
    const first = slotted(["a", "b", "c"], new Map(), null);
    expect(told(slotted(["b", "c", "d"], first, null))).toBe("b1 c2 d0");
    expect(told(slotted(["b", "c", "d"], first, "a"))).toBe("b1 c2 d3");
    expect(told(slotted(["b"], first, null))).toBe("b1");
  });
});

test("the least width is told without laying anything out", () => {
  const columns = [{ key: "name", width: 100 }, { key: "age", width: 80 }];
  expect([leastOf(columns, { name: 150 }, true), leastOf(columns, {}, false)]).toEqual([270, 180]);
});
