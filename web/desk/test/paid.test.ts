/** A payment is counted in the firm's currency, whatever currency was owed. */
import { expect, test } from "vitest";
import { paidAs, proposed } from "../src/customer/paid";

test("what is owed in yuan is proposed in full", () => {
  expect(proposed({ minor: 1_240_050, currency: "CNY" })).toBe(12_400.5);
});

test("of what is owed in another currency no figure is proposed, and yuan are sent", () => {
  expect(proposed({ minor: 1_240_000, currency: "HKD" })).toBeUndefined();
  expect(paidAs(11_300.1)).toEqual({ minor: 1_130_010, currency: "CNY" });
});
