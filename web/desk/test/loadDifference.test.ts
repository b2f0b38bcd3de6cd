/** What publishing changes in each person's load, as the dialog tells it. */
import { expect, test } from "vitest";
import { changeOf, progressOf, signed } from "../src/plan/loadDifference";

test("a person's change is the sums, their difference and the fullest day to come", () => {
  expect(changeOf({ before: [3, 0, 1], after: [5, 2, 1], capacity: 5 })).toEqual({ before: 4, after: 8, by: 4, fullest: 5, load: "within" });
  expect(changeOf({ before: [9, 9], after: [2, 7], capacity: 6 })).toEqual({ before: 18, after: 9, by: -9, fullest: 7, load: "beyond" });
  expect(changeOf({ before: [2, 0], after: [0, 2], capacity: 60 })).toMatchObject({ by: 0, load: "within" });
});

test("a difference bears its sign", () => {
  expect([4, -4, 0].map((by) => signed(by, String))).toEqual(["+4", "−4", "±0"]);
});

test("progress is told by the comparison's own news only", () => {
  expect(progressOf("plan", { kind: "compared", id: "3/14" })).toEqual({ done: 3, all: 14 });
  expect(progressOf("plan", { kind: "rehearsed", id: "5/90" })).toBeNull();
  expect(progressOf("touch", { kind: "compared", id: "3/14" })).toBeNull();
  expect(progressOf("plan", { kind: "compared" })).toBeNull();
  expect(progressOf("plan", { kind: "compared", id: "soon" })).toBeNull();
});
