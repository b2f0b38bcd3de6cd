/** What a plan's editor shows before a version is published. */
import { expect, test } from "vitest";
import { diffLines, hunks } from "../src/plan/diff";

const marks = { same: " ", gone: "-", new: "+" } as const;
const drawn = (before: string, after: string) => diffLines(before, after).map((line) => marks[line.kind] + line.text);

test("a changed line is taken away and added, the rest stays", () => {
  expect(drawn("a\nb\nc", "a\nB\nc")).toEqual([" a", "-b", "+B", " c"]);
  expect(drawn("a\nc", "a\nb\nc\nd")).toEqual([" a", "+b", " c", "+d"]);
  expect(drawn("a", "a")).toEqual([" a"]);
});

test("only what changed is shown, with two lines around", () => {
  const shown = hunks(diffLines("1\n2\n3\n4\n5\n6", "1\n2\n3\n4\n5\nsix"));
  expect(shown.map((line) => line && line.text)).toEqual([null, "4", "5", "6", "six"]);
});
