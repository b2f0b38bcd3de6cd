/** An amount of money: whole minor units in, grouped figures out. Never computed with here. */
import type { MoneyShape } from "../frame/shapes";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";
import "./parts.css";

const SIGNS: Readonly<Record<string, string>> = { CNY: "¥", USD: "$", EUR: "€", GBP: "£", HKD: "HK$" };

/** The currency in which the firm counts what comes as a bare figure: gifts, the cost of a plan, a fact that is filled in for the first time. */
const FIRM_CURRENCY = "CNY";
export const firmMoney = (minor: number): MoneyShape => ({ minor, currency: FIRM_CURRENCY });
export const isFirmMoney = (amount: MoneyShape): boolean => amount.currency === FIRM_CURRENCY;

/** The sign before the figures, as a field shows it. */
export const signOf = (currency = FIRM_CURRENCY) => SIGNS[currency] ?? `${currency} `;

export function moneyText(amount: MoneyShape, cents: "cents" | "short" = "cents"): string {
  const whole = cents === "short" && amount.minor % 100 === 0;
  const figure = new Intl.NumberFormat("en-US", { minimumFractionDigits: whole ? 0 : 2, maximumFractionDigits: whole ? 0 : 2 }).format(Math.abs(amount.minor) / 100);
  return `${amount.minor < 0 ? "−" : ""}${signOf(amount.currency)}${figure}`;
}

export function Money({ amount, cents }: { amount: MoneyShape | null | undefined; cents?: "cents" | "short" }) {
  const words = useWords(partsWords);
  return <span className="money">{amount ? moneyText(amount, cents) : words.dash}</span>;
}
