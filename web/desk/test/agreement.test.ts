/** An agreement as its form writes it, and what is told where a colleague was first. */
import { expect, test } from "vitest";
import { bodyOf, saidOf } from "../src/customer/agreement";
import { turned } from "../src/parts/useSeen";
import type { AgreementRow } from "../src/frame/shapes";

const policy: AgreementRow = {
  id: "agr_1", kind: "policy", number: "P-1", product: "康宁终身", status: "active", start: "2019-12-01", end: null, due: "2026-12-20", premium: { minor: 1_240_000, currency: "CNY" },
  pay_every_months: 12, paid_on: null, paid_for: null, signed: null, delivered: null, plate: "", version: 3,
};
const words = { kind: "Kind", status: "State", product: "Product", number: "Number", plate: "Plate", premium: "Amount", every: "Paid", start: "From", end: "Until", due: "Due", signed: "Signed", delivered: "Delivered" };
const names = { kind: (value: string) => value.toUpperCase(), status: (value: string) => `(${value})`, every: (months: string) => `every ${months}`, day: (day: string) => day.slice(5) };

test("only what a colleague changed is told, as a person reads it", () => {
  const theirs: AgreementRow = { ...policy, number: "P-30303", status: "ended", due: null, end: "2036-11-30", premium: { minor: 100, currency: "CNY" }, pay_every_months: 1, version: 4, paid_on: "2026-11-30" };
  expect(turned(saidOf(policy, words, names), saidOf(theirs, words, names))).toEqual({ Number: "P-30303", State: "(ended)", Until: "11-30", Due: "", Amount: "¥1", Paid: "every 1" });
  expect(turned(saidOf(policy, words, names), saidOf({ ...policy, version: 9 }, words, names))).toEqual({});
});

test("an empty field says nothing, a plate belongs to a vehicle, and the currency stays", () => {
  const before = { ...policy, premium: { minor: 1, currency: "HKD" } };
  expect(bodyOf({ ...policy, number: " P-2 ", plate: "粤B·1", amount: 12.34, due: "" }, before)).toEqual({
    kind: "policy", status: "active", pay_every_months: 12, product: "康宁终身", number: "P-2", plate: "", premium: { minor: 1234, currency: "HKD" },
    start: "2019-12-01", end: null, due: null, signed: null, delivered: null,
  });
  expect(bodyOf({ kind: "vehicle_cover", status: "active", pay_every_months: 0, plate: " 粤B·1 ", amount: null })).toMatchObject({ plate: "粤B·1", product: "", premium: { minor: 0, currency: "CNY" } });
});
