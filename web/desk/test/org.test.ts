/** The tree of units. */
import { expect, test } from "vitest";
import { treeOf } from "../src/org/Units";

const unit = (id: string, parent_id: string | null) => ({ id, parent_id, name: id, kind: "team", region: "", staff_count: 0, version: 1 });

test("units hang below their parents and strangers stand at the top", () => {
  const tree = treeOf([unit("hq", null), unit("sz", "hq"), unit("ns", "sz"), unit("lost", "elsewhere")]);
  expect(tree.map((one) => one.id)).toEqual(["hq", "lost"]);
  expect(tree[0]!.children?.[0]?.children?.[0]?.id).toBe("ns");
});
