/** Saving one choice of the firm writes its other choices as they are, and never a law's period as its own. */
import { expect, test } from "vitest";
import { chosenOf } from "../src/rights/useLawChange";

const span = (years: number) => ({ years, months: 0, days: 0 });
const row = (record: string, years: number, own: boolean, rule: string | null) => ({ record, period: span(years), own, rule, over_since: null });
const pack = (key: string, chosen: boolean) => ({ key, chosen, title: key, signed_by: "", rules: [] });

test("only the firm's own periods and packs are its choice", () => {
  const law = { packs: [pack("house", true), pack("cn", true), pack("eu", false)], keep: [row("contact", 1, true, null), row("rights_request", 3, true, "cn.requests"), row("touch", 5, false, "house.touch")], erasure_needs_two: true };
  expect(chosenOf(law)).toEqual({ packs: ["cn"], keep: { contact: span(1) }, erasure_needs_two: true });
});

test("a kind of record without a period is no choice", () => {
  expect(chosenOf({ packs: [], keep: [{ ...row("job", 1, true, null), period: null }], erasure_needs_two: false })).toEqual({ packs: [], keep: {}, erasure_needs_two: false });
});
