/** Chips of the segment bar write the same expression that a person may type. */
import { expect, test } from "vitest";
import { CONDITIONS, holds, terms, toggled } from "../src/segment/conditions";

test("a chip adds its term and takes it out again", () => {
  const gold = toggled("", "gold");
  expect(gold).toBe('tier == "gold"');
  const both = toggled(gold, "silent");
  expect(both).toBe(`tier == "gold" && ${CONDITIONS.silent}`);
  expect(toggled(both, "gold")).toBe(CONDITIONS.silent);
});

test("a term with && inside brackets or quotes is one term", () => {
  expect(terms(`${CONDITIONS.due} && name == "a && b"`)).toEqual([CONDITIONS.due, 'name == "a && b"']);
  expect(holds(`region == "深圳" && ${CONDITIONS.due}`, "due")).toBe(true);
});

test("an either-or is bracketed before a chip joins it", () => {
  expect(toggled('tier == "gold" || class == "A"', "orphan")).toBe('(tier == "gold" || class == "A") && orphan');
});
