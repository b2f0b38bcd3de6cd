/** An amount of money: whole minor units in, grouped figures out. Never computed with here. */
import type { MoneyShape } from "../frame/shapes";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";
import "./parts.css";

const SIGNS: Readonly<Record<string, string>> = { CNY: "¥", USD: "$", EUR: "€", GBP: "£", HKD: "HK$" };

export function moneyText(amount: MoneyShape, cents: "cents" | "short" = "cents"): string {
  const whole = cents === "short" && amount.minor % 100 === 0;
  const figure = new Intl.NumberFormat("en-US", { minimumFractionDigits: whole ? 0 : 2, maximumFractionDigits: whole ? 0 : 2 }).format(Math.abs(amount.minor) / 100);
  return `${amount.minor < 0 ? "−" : ""}${SIGNS[amount.currency] ?? `${amount.currency} `}${figure}`;
}

export function Money({ amount, cents }: { amount: MoneyShape | null | undefined; cents?: "cents" | "short" }) {
  const words = useWords(partsWords);
  return <span className="money">{amount ? moneyText(amount, cents) : words.dash}</span>;
}
