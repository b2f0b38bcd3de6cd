/** What was written into a plan waits in the browser until it is saved, and a new plan begins with a text under its own head. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Shelf } from "./shelf";
import { FRESH, headOfCopy, withHead } from "../src/plan/freshPlan";

let shelf: Shelf;
beforeEach(() => {
  shelf = new Shelf();
  vi.stubGlobal("localStorage", shelf);
  vi.resetModules();
});
afterEach(() => vi.unstubAllGlobals());

test("an unsaved text is there again with the text it was written on, and goes when it is saved", async () => {
  const { keep, waiting } = await import("../src/plan/planDraft");
  keep("pln_1", { text: "mine", base: "saved" }, "saved");
  expect(waiting("pln_1", "saved")).toEqual({ text: "mine", base: "saved" });
  expect(waiting("pln_1", "theirs")).toEqual({ text: "mine", base: "saved" });
  expect(waiting("pln_2", "saved")).toBeNull();
  // Saved by now, from here or by a colleague with the same words.
  expect(waiting("pln_1", "mine")).toBeNull();
  keep("pln_1", { text: "mine", base: "saved" }, "mine");
  expect(JSON.stringify(shelf)).toBe("{}");
});

test("a text that is as it was is not kept, and neither is anything at sign-out", async () => {
  const { keep, waiting } = await import("../src/plan/planDraft");
  const { forgetOwn } = await import("../src/frame/store");
  keep("pln_1", { text: "saved", base: "saved" }, "theirs");
  expect(JSON.stringify(shelf)).toBe("{}");
  keep("pln_1", { text: "mine", base: "saved" }, "saved");
  forgetOwn();
  expect(waiting("pln_1", "saved")).toBeNull();
});

test("what cannot be read is as if it had not been kept", async () => {
  const { waiting } = await import("../src/plan/planDraft");
  shelf["tend.own.plan.pln_1"] = "{broken";
  expect(waiting("pln_1", "saved")).toBeNull();
  shelf["tend.own.plan.pln_1"] = "{\"text\":1}";
  expect(waiting("pln_1", "saved")).toBeNull();
});

test("a plan begins under its own key and title, and nothing else of the text changes", () => {
  const text = withHead(FRESH, { key: "visit_d", zh: "D 类\"访\"", en: "Class D {new}" });
  expect(text.split("\n").filter((line, at) => line !== FRESH.split("\n")[at])).toEqual(['key = "visit_d"', 'title = { zh = "D 类\\"访\\"", en = "Class D {new}" }']);
  expect(headOfCopy("visit_d", text)).toEqual({ key: "visit_d_copy", zh: "D 类\"访\"（副本）", en: "Class D {new} (copy)" });
});

test("a copy takes its title from where it stands, and asks where it cannot be read", () => {
  const own = "# key = \"no\"\nkey = 'old' # as agreed\ntitle = { en = 'Old', zh = '旧' } # said\n[limits]\npriority = 3\n";
  expect(headOfCopy("old", own)).toEqual({ key: "old_copy", zh: "旧（副本）", en: "Old (copy)" });
  expect(withHead(own, { key: "next", zh: "新$1", en: "New" })).toBe("# key = \"no\"\nkey = \"next\" # as agreed\ntitle = { zh = \"新$1\", en = \"New\" } # said\n[limits]\npriority = 3\n");
  expect(headOfCopy("x".repeat(60), "title.zh = \"旧\"")).toEqual({ key: `${"x".repeat(55)}_copy`, zh: "", en: "" });
});
