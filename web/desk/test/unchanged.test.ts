/** A form saved as it was opened: what counts as no change, and what is one. */
import { expect, test } from "vitest";
import { isUnchanged } from "../src/parts/unchanged";

const first = { name: "王芳", unit_id: "unt_1", capacity_per_day: 60, region: "", heir: null, kinds: ["touch"], login: "wang" };

test("what stands there as before is no change, an empty field included", () => {
  expect(isUnchanged(first, { name: "王芳", capacity_per_day: 60 })).toBe(true);
  expect(isUnchanged(first, { name: "王芳 ", region: undefined, heir: undefined, kinds: ["touch"] })).toBe(true);
  expect(isUnchanged({}, { owner_id: undefined })).toBe(true);
});

test("another value, one more and one less are changes", () => {
  for (const change of [{ name: "王小芳" }, { capacity_per_day: 0 }, { region: "深圳" }, { kinds: ["touch", "plan"] }, { unit_id: undefined }, { note: "new" }]) expect(isUnchanged(first, change), JSON.stringify(change)).toBe(false);
});
