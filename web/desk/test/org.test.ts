/** The tree of units. */
import { expect, test } from "vitest";
import { treeOf } from "../src/org/Units";
import { everyRow } from "../src/org/useOrg";

const unit = (id: string, parent_id: string | null) => ({ id, parent_id, name: id, kind: "team", region: "", staff_count: 0, version: 1 });

test("units hang below their parents and strangers stand at the top", () => {
  const tree = treeOf([unit("hq", null), unit("sz", "hq"), unit("ns", "sz"), unit("lost", "elsewhere")]);
  expect(tree.map((one) => one.id)).toEqual(["hq", "lost"]);
  expect(tree[0]!.children?.[0]?.children?.[0]?.id).toBe("ns");
});

test("a choice among people holds those of every page, each asked for once", async () => {
  const pages: Record<string, { items: string[]; next: string | null }> = { "": { items: ["王芳", "李雷"], next: "2" }, "2": { items: [], next: "3" }, "3": { items: ["陈梅"], next: null } };
  const asked: (string | undefined)[] = [];
  const all = await everyRow((cursor) => {
    asked.push(cursor);
    return Promise.resolve(pages[cursor ?? ""]!);
  });
  expect(all).toEqual(["王芳", "李雷", "陈梅"]);
  expect(asked).toEqual([undefined, "2", "3"]);
});
