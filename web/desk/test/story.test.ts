import { describe, expect, it } from "vitest";
import { folded, repeated } from "../src/parts/Timeline";

const entry = (id: string, title: string, who: string | null, detail = "") => ({ id, title, detail, room: "trace", at: `2026-11-29T08:0${id}:00Z`, actor: who === null ? null : { id: who, name: who } }) as never;
const said = (items: Parameters<typeof repeated>[0]) => repeated(items).map(({ item, times }) => `${item.title} ×${times}`);

describe("the story", () => {
  it("says once what one person did several times in a row", () => {
    expect(said([entry("3", "Evidence supplied", "wang"), entry("2", "Evidence supplied", "wang"), entry("1", "Trace opened", "wang")])).toEqual(["Evidence supplied ×2", "Trace opened ×1"]);
  });
  it("keeps apart what different people did, and what has words of its own", () => {
    expect(said([entry("3", "Page read", "wang"), entry("2", "Page read", "lead"), entry("1", "Page read", "lead", "asked why")])).toHaveLength(3);
  });
  it("folds what only the system did", () => {
    expect(folded([entry("4", "Work order made", null), entry("3", "Label set", null), entry("2", "Work order made", null), entry("1", "Note", "wang")]).map((run) => run.folded)).toEqual(["folded", "open"]);
  });
});
