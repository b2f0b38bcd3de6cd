import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { seenBy } from "../src/customer/SeenBy";
import { folded, named, repeated, soonest, Timeline, together } from "../src/parts/Timeline";

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
  it("tells who looked, each once, with the last time and whether a number was opened", () => {
    const seen = (id: string, who: string | null, kind = "seen") => ({ ...(entry(id, "", who) as object), kind }) as never;
    const people = seenBy([seen("9", "wang"), seen("7", "lead"), seen("5", "wang", "unmasked"), seen("4", null), seen("2", "wang")]);
    expect(people.map(({ name, times, last, opened }) => [name, times, last.slice(14, 16), opened])).toEqual([["wang", 3, "09", "opened"], ["lead", 1, "07", ""]]);
    const beside = seenBy([seen("9", "wang"), seen("8", "wang", "compared"), seen("7", "lead")]);
    expect(beside.map(({ name, opened, compared }) => [name, opened, compared])).toEqual([["wang", "", "compared"], ["lead", "", ""]]);
  });
  it("tells what lies ahead once, on its first day", () => {
    const ahead = [{ day: "2026-12-02", title: "Visit" }, { day: "2026-12-01", title: "Visit" }, { day: "2026-12-01", title: "Birthday" }] as never;
    expect(soonest(ahead).map((one) => `${one.day} ${one.title}`)).toEqual(["2026-12-01 Visit", "2026-12-01 Birthday"]);
  });
  it("keeps the room of what lies ahead while it is awaited, with none of the bones that a page waits for", () => {
    const drawn = (future: "awaited" | []) => renderToStaticMarkup(createElement(Timeline, { future, past: [entry("1", "Policy sent", "wang")] }));
    expect(drawn("awaited").match(/<i><\/i>|Policy sent/g)).toEqual(["<i></i>", "<i></i>", "Policy sent"]);
    expect(drawn("awaited")).toMatch(/role="status"/);
    expect(drawn("awaited")).not.toContain("bones");
    expect(drawn([])).not.toMatch(/<i>|role="status"/);
  });
  it("says in the same room that nothing lies ahead, and nothing of it where it was not asked for", () => {
    const drawn = (future?: "awaited" | []) => renderToStaticMarkup(createElement(Timeline, { future, past: [entry("1", "Policy sent", "wang")] }));
    const parts = (html: string) => html.match(/class="story-(part|ahead)"/g)?.length ?? 0;
    expect([parts(drawn("awaited")), parts(drawn([])), parts(drawn())]).toEqual([3, 3, 0]);
    expect(drawn([])).toMatch(/story-ahead"><p class="story-fold">[^<]+<\/p>/);
  });
  it("gathers the facts that one person wrote in one minute, each by its name", () => {
    const fact = (detail: string, second: number) => ({ ...(entry("1", "Fact changed", "wang", detail) as object), kind: "fact_changed", at: `2026-11-29T08:00:0${second}Z` }) as never;
    const [one, ...others] = together([fact("region: – → 深圳", 3), fact("name: – → 林小满", 1)]);
    expect(others).toEqual([]);
    expect(named(one!.detail, { region: "地区", name: "姓名" })).toBe("地区: – → 深圳\n姓名: – → 林小满");
  });
});
