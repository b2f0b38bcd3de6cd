/** Two records side by side: what is taken, and what was changed while they were looked at. */
import { expect, test } from "vitest";
import { keyText } from "../src/frame/keyText";
import { type Field, isTurned, taken, turned } from "../src/customer/merge";

const field = (key: string, kept: unknown, other: unknown, side = "kept") => ({ key, kept, other, side, fixed: false, title: key, type: "string" }) as unknown as Field;

test("what a person chose is taken, else what is suggested", () => {
  const fields = [field("occupation", "teacher", "doctor"), field("region", "", "Shenzhen", "other"), { ...field("lifecycle", "active", "dead", "other"), fixed: true }];
  expect(taken(fields, {})).toEqual(["region"]);
  expect(taken(fields, { occupation: "other", region: "kept" })).toEqual(["occupation"]);
});

test("only the fields that say something else are told of, new ones too", () => {
  const before = [field("occupation", "teacher", "doctor"), field("phone", ["139"], ["138"])];
  const now = [field("occupation", "teacher", "doctor", "other"), field("phone", ["139", "137"], ["138"]), field("region", "Shenzhen", "")];
  expect(turned(before, now).map(({ key }) => key)).toEqual(["phone", "region"]);
  expect(turned(before, before)).toEqual([]);
});

test("a record that somebody changed has turned, also where none of its fields says so", () => {
  const pair = (kept: number, other: number) => ({ kept: { version: kept }, other: { version: other } }) as never;
  expect([isTurned(pair(3, 5), pair(3, 5)), isTurned(pair(3, 5), pair(4, 5)), isTurned(pair(3, 5), pair(3, 6))]).toEqual([false, true, true]);
});

test("a key is written as the keyboard at hand has it", () => {
  expect([keyText("Mod+Enter", "mac"), keyText("Mod+Enter", "other"), keyText("Shift+X", "mac")]).toEqual(["⌘Enter", "Ctrl Enter", "Shift+X"]);
});
