/** An agreement as a form writes it, and as it reads where a colleague was first. */
import type { AgreementRow } from "../frame/shapes";
import { firmMoney, moneyText } from "../parts/Money";

export const DAYS = ["start", "end", "due", "signed", "delivered"] as const;

export type Filled = Pick<AgreementRow, "kind" | "status" | "pay_every_months"> & Partial<Pick<AgreementRow, "product" | "number" | "plate" | (typeof DAYS)[number]>> & { amount?: number | null };

/** What the server takes: an empty field says nothing. */
export function bodyOf(filled: Filled, before?: AgreementRow) {
  const { kind, status, pay_every_months, product, number, plate, amount } = filled;
  const days = Object.fromEntries(DAYS.map((day) => [day, filled[day] || null]));
  const premium = { ...(before?.premium ?? firmMoney(0)), minor: Math.round((amount ?? 0) * 100) };
  return { kind, status, pay_every_months, product: product?.trim() ?? "", number: number?.trim() ?? "", plate: kind === "vehicle_cover" ? (plate?.trim() ?? "") : "", premium, ...days };
}

type Words = Readonly<Record<"kind" | "status" | "product" | "number" | "plate" | "premium" | "every" | (typeof DAYS)[number], string>>;
type Names = Readonly<Record<"kind" | "status" | "every" | "day", (value: string) => string>>;

/** What the form holds, field by field, as a person reads it. */
export const saidOf = (row: AgreementRow, words: Words, names: Names): Record<string, string> => ({
  [words.kind]: names.kind(row.kind),
  [words.status]: names.status(row.status),
  [words.product]: row.product,
  [words.number]: row.number,
  [words.plate]: row.plate,
  [words.premium]: moneyText(row.premium, "short"),
  [words.every]: names.every(String(row.pay_every_months)),
  ...Object.fromEntries(DAYS.map((day) => {
    const at = row[day];
    return [words[day], at ? names.day(at) : ""];
  })),
});
