import { expect, test } from "vitest";
import { rebased } from "../src/plan/form/rebased";

const BASE = 'class == "B" && has(name) && last_contact < today - days(90)';
const DAYS = BASE.replace("days(90)", "days(60)");
const CLASS = BASE.replace('"B"', '"C"');
const BOTH = CLASS.replace("days(90)", "days(60)");

test("the second of two quick changes does not take the first one back", () => {
  expect(rebased(BASE, CLASS, DAYS)).toBe(BOTH);
  expect(rebased(BASE, DAYS, CLASS)).toBe(BOTH);
});

test("a change on what stands there still is made as it is", () => {
  expect(rebased(BASE, CLASS, BASE)).toBe(CLASS);
});

test("a longer or shorter text before the place moves it", () => {
  const longer = BASE.replace("has(name)", 'has(name) && gender == "female"');
  expect(rebased(BASE, DAYS, longer)).toBe(longer.replace("days(90)", "days(60)"));
  const shorter = BASE.replace(' && has(name)', "");
  expect(rebased(BASE, DAYS, shorter)).toBe(shorter.replace("days(90)", "days(60)"));
});

test("where both changed the same place the later one stands", () => {
  expect(rebased(BASE, BASE.replace('"B"', '"A"'), CLASS)).toBe(BASE.replace('"B"', '"A"'));
});
