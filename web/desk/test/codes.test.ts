/** The order of outcome codes: one goes a step, the others stay. */
import { expect, test } from "vitest";
import { kindIn, moved } from "../src/work/codes";

test("a code goes one step and none is lost", () => {
  expect(moved(["done", "later", "no_answer"], "later", -1)).toEqual(["later", "done", "no_answer"]);
  expect(moved(["done", "later", "no_answer"], "later", 1)).toEqual(["done", "no_answer", "later"]);
});

test("at the end there is no step", () => {
  expect(moved(["done", "later"], "done", -1)).toBeNull();
  expect(moved(["done", "later"], "later", 1)).toBeNull();
  expect(moved(["done"], "gone", 1)).toBeNull();
});

test("the usual codes have a word in an address", () => {
  expect([kindIn(""), kindIn("renewal")]).toEqual(["any", "renewal"]);
});
