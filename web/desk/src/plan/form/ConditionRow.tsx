/** One condition: fact, comparison, value. */
import { Button } from "antd";
import type { Branch, KeyChoice } from "../../frame/shapes";
import { useWords } from "../../frame/words";
import { planFormWords } from "../../words/planForm";
import { choicesOf, cut, denied, factOf, type GivenKind, kindOf, type Known, type Row, signsOf, withLeft, withSign, withValue } from "./condition";
import { OneOf, SomeOf, Typed, Whole } from "./fields";
import { useWriting } from "./writing";

export function ConditionRow({ branch }: { branch: Branch }) {
  const words = useWords(planFormWords);
  const { source, known, onWrite } = useWriting();
  const { what } = branch;
  const left = what.kind === "row" ? cut(source, what.left) : cut(source, branch.inner).replace(/^\(\s*|\s*\)$/g, "");
  const turn = () => onWrite(denied(source, branch));
  return (
    <>
      {what.kind === "row" && <Button size="small" className="plan-not" type={branch.denied === "yes" ? "primary" : "dashed"} aria-pressed={branch.denied === "yes"} title={words.notHint} onClick={turn}>{words.not}</Button>}
      <OneOf label={words.fact} width="100%" value={left} choices={lefts(left, known, words.anniversary)} onTake={(next) => onWrite(withLeft(source, branch, next, known))} />
      {what.kind === "row"
        ? <RowSides row={what} left={left} />
        : <OneOf label={words.value} width={80} value={branch.denied === "yes" ? "no" : "yes"} choices={[{ value: "yes", label: words.isYes }, { value: "no", label: words.isNo }]} onTake={turn} />}
    </>
  );
}

function RowSides({ row, left }: { row: Row; left: string }) {
  const words = useWords(planFormWords);
  const { source, known, onWrite } = useWriting();
  const kind = kindOf(left, known);
  const names = kind === "date" ? words.daySigns : ["int", "double", "money", "days"].includes(kind ?? "") ? words.amountSigns : words.signs;
  const signs = signsOf(kind, row.sign).map((value) => ({ value, label: names[value] ?? words.signs[value] ?? value }));
  return (
    <>
      <OneOf label={words.sign} width={96} value={row.sign} choices={signs} onTake={(sign) => onWrite(withSign(source, row, sign))} />
      <ValueField row={row} choices={choicesOf(left, known)} onTake={(kind, next) => onWrite(withValue(source, row, kind, next))} />
    </>
  );
}

interface ValueProps {
  readonly row: Row;
  readonly choices: readonly KeyChoice[];
  readonly onTake: (kind: GivenKind, words: readonly string[]) => void;
}

function ValueField({ row, choices, onTake }: ValueProps) {
  const words = useWords(planFormWords);
  const { kind, words: said } = row.value;
  const word = said[0] ?? "";
  const options = choices.map((one) => ({ value: one.key, label: one.title }));
  if (kind === "texts") return <div className="plan-value"><SomeOf label={words.value} free={options.length === 0 ? "free" : undefined} values={said} choices={options} onTake={(change) => { const next = change(said); if (next.length > 0) onTake(kind, next); }} /></div>;
  if (kind === "text" && options.length > 0) return <OneOf label={words.value} width={120} value={word} choices={options} onTake={(next) => onTake(kind, [next])} />;
  if (kind === "bool") return <OneOf label={words.value} width={80} value={word} choices={[{ value: "true", label: words.isYes }, { value: "false", label: words.isNo }]} onTake={(next) => onTake(kind, [next])} />;
  if (kind === "today" || kind === "date") return <DayField kind={kind} word={word} onTake={onTake} />;
  const isNumber = kind === "number" || kind === "money" || kind === "days";
  const allows = kind === "days" ? (text: string) => /^-?\d{1,6}$/.test(text) : (text: string) => /^-?\d{1,12}(\.\d{1,6})?$/.test(text);
  return <Typed label={words.value} width={isNumber ? 88 : 120} value={word} allows={isNumber ? allows : undefined} onTake={(next) => (next !== "" || !isNumber) && onTake(kind, [next])} />;
}

function DayField({ kind, word, onTake }: { kind: "today" | "date"; word: string; onTake: ValueProps["onTake"] }) {
  const words = useWords(planFormWords);
  const days = kind === "today" ? Number(word) : 0;
  const now = kind === "date" ? "date" : days === 0 ? "today" : days < 0 ? "ago" : "ahead";
  const change = (next: string) => {
    if (next === "date") return onTake("date", [new Date().toISOString().slice(0, 10)]);
    const many = Math.abs(days) || 7;
    onTake("today", [String(next === "today" ? 0 : next === "ago" ? -many : many)]);
  };
  return (
    <>
      {(now === "ago" || now === "ahead") && <Whole label={words.days} width={56} low={1} high={36_500} value={String(Math.abs(days))} onTake={(next) => next !== "" && onTake("today", [now === "ago" ? `-${next}` : next])} />}
      {now === "date" && <Typed label={words.value} type="date" width={132} value={word} onTake={(next) => next !== "" && onTake("date", [next])} />}
      <OneOf label={words.days} width={84} value={now} choices={Object.entries(words.dayKinds).map(([value, label]) => ({ value, label }))} onTake={change} />
    </>
  );
}

/** The facts by name, days by their anniversary too; what the text compares besides stays to be seen. */
function lefts(left: string, known: Known, anniversary: (fact: string) => string) {
  const all = [...known.facts].flatMap(([value, fact]) => [
    { value, label: fact.title },
    ...(fact.kind === "date" && !value.includes(".") ? [{ value: `anniversary(${value})`, label: anniversary(fact.title) }] : []),
  ]);
  const same = factOf(left, known);
  return same && !known.facts.has(left) ? [{ value: left, label: same.title }, ...all] : all;
}
