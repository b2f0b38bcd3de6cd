import { expect, test } from "vitest";
import { listRebased, rebased, shifted } from "../src/plan/form/rebased";

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

test("of two quick changes of a list the second does not take the first one back", () => {
  const base = ["phone", "sms", "wechat"];
  expect(listRebased(base, [...base, "mail"], base)).toEqual(["phone", "sms", "wechat", "mail"]);
  // One was put in meanwhile, one taken out, and the order was changed.
  expect(listRebased(base, [...base, "mail"], [...base, "visit"])).toEqual(["phone", "sms", "wechat", "visit", "mail"]);
  expect(listRebased(base, ["phone", "wechat"], ["phone", "sms", "wechat", "visit"])).toEqual(["phone", "wechat", "visit"]);
  expect(listRebased(base, ["sms", "phone", "wechat"], [...base, "visit"])).toEqual(["sms", "phone", "wechat", "visit"]);
  expect(listRebased(base, [...base, "mail"], ["sms", "phone", "wechat"])).toEqual(["sms", "phone", "wechat", "mail"]);
  expect(listRebased(base, ["phone", "sms", "wechat", "mail"], ["phone", "mail"])).toEqual(["phone", "mail"]);
});

test("a channel moves from where it stands by now, and no further than the end", () => {
  const once = shifted(["phone", "sms", "wechat"], "wechat", -1);
  expect(once).toEqual(["phone", "wechat", "sms"]);
  expect(shifted(once, "wechat", -1)).toEqual(["wechat", "phone", "sms"]);
  expect(shifted(["wechat", "phone"], "wechat", -1)).toEqual(["wechat", "phone"]);
  expect(shifted(["phone"], "mail", 1)).toEqual(["phone"]);
});
