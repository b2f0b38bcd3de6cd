/** The sums of a rehearsal: this text, the published one beside it, and the difference. */
import { usePreferences } from "../frame/preferences";
import type { Rehearsal } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { countText } from "../parts/count";
import { daysLater, dayText } from "../parts/Day";
import { firmMoney, moneyText } from "../parts/Money";
import { planWords } from "../words/plan";
import type { Rehearsed } from "./useRehearsal";

const sum = (all: readonly number[]) => all.reduce((before, one) => before + one, 0);
const most = (all: readonly number[]) => all.reduce((before, one) => Math.max(before, one), 0);

export function RehearsalSums({ of, published }: { of: Rehearsed; published: number | undefined }) {
  const words = useWords(planWords).rehearsal;
  const { language } = usePreferences();
  const count = (figure: number) => countText(figure, language);
  const money = (minor: number) => moneyText(firmMoney(minor), "short");
  const fullest = (one: Rehearsal) => (most(one.touches) > 0 ? words.fullestOn(count(most(one.touches)), dayText(daysLater(one.from, one.touches.indexOf(most(one.touches))), language, Number(one.from.slice(0, 4)))) : count(0));
  const reasons = [...new Set([of.draft, of.published].flatMap((one) => Object.keys(one?.withheld ?? {})))].sort((a, b) => (of.draft.withheld[b] ?? 0) - (of.draft.withheld[a] ?? 0));
  const giftOf = (one: Rehearsal | null, key: string) => one?.gifts.find((gift) => gift.key === key);
  const keys = [...new Set([of.draft, of.published].flatMap((one) => one?.gifts.map((gift) => gift.key) ?? []))];
  const giftTitle = (key: string) => {
    const gift = giftOf(of.draft, key) ?? giftOf(of.published, key);
    return (language === "zh" ? gift?.title_zh : gift?.title_en) ?? key;
  };
  const giftText = (gift: Rehearsal["gifts"][number] | undefined) => {
    const taken = count(gift?.count ?? 0);
    return gift?.short_on ? words.giftShort(taken, count(gift.per_month ?? 0), dayText(gift.short_on, language, Number(of.draft.from.slice(0, 4)), "plain")) : taken;
  };
  const rows: Row[] = [
    { title: words.ofPlan, figure: (one) => sum(one.of_plan), bad: 0 },
    { title: words.ofAll, figure: (one) => sum(one.touches), bad: 0 },
    { title: words.fullest, figure: (one) => most(one.touches), text: fullest, bad: 1 },
    { title: words.over, figure: (one) => one.people_over, text: (one) => (one.people_over > 0 ? words.overOf(one.people_over, one.people_in_all) : words.noneOver), bad: 1 },
    { title: words.deferred, figure: (one) => sum(one.deferred), bad: 1 },
    { title: words.cost, figure: (one) => sum(one.cost_minor), text: (one) => money(sum(one.cost_minor)), differs: money, bad: 1 },
    ...keys.map((key) => ({ title: words.gift(giftTitle(key)), figure: (one: Rehearsal) => giftOf(one, key)?.count ?? 0, text: (one: Rehearsal) => giftText(giftOf(one, key)), bad: 0 as const })),
    ...reasons.map((reason) => ({ title: words.withheld(wordFor(words.reasons, reason)), figure: (one: Rehearsal) => one.withheld[reason] ?? 0, bad: 0 as const })),
  ];
  const both = of.published;
  return (
    <table className="rehearsal-sums">
      <thead><tr><th scope="col" />{both ? <><th scope="col">{words.draft}</th><th scope="col">{words.published(published ?? 0)}</th><th scope="col">{words.difference}</th></> : <th scope="col">{words.draft}</th>}</tr></thead>
      <tbody>
        {rows.map((row) => {
          const text = row.text ?? ((one: Rehearsal) => count(row.figure(one)));
          return <tr key={row.title}><th scope="row">{row.title}</th><td>{text(of.draft)}</td>{both && <><td>{text(both)}</td><Difference by={row.figure(of.draft) - row.figure(both)} bad={row.bad} text={row.differs ?? count} /></>}</tr>;
        })}
      </tbody>
    </table>
  );
}

interface Row {
  readonly title: string;
  readonly figure: (one: Rehearsal) => number;
  readonly text?: (one: Rehearsal) => string;
  /** How a difference is written, where it is no count. */
  readonly differs?: (figure: number) => string;
  /** 1 where more is worse; 0 where it is neither. */
  readonly bad: 0 | 1;
}

function Difference({ by, bad, text }: { by: number; bad: 0 | 1; text: (figure: number) => string }) {
  const tone = by === 0 ? "quiet" : bad === 0 ? "" : by > 0 ? "risk" : "done";
  return <td className={tone}>{by === 0 ? "0" : `${by > 0 ? "+" : "−"}${text(Math.abs(by))}`}</td>;
}
