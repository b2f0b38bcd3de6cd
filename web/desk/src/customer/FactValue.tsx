/** One fact: shown by its type, edited in place by whoever may change the file, with source and date on hover. */
import { EditOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useState } from "react";
import type { CustomerPage, FactRow, MoneyShape } from "../frame/shapes";
import { call } from "../frame/api";
import { type Language, usePreferences } from "../frame/preferences";
import { useEditing } from "../frame/presence";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { dayText } from "../parts/Day";
import { moneyText } from "../parts/Money";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { type Birthday, FactInput } from "./FactInput";
import { useChange } from "./useChange";

/** Facts that the program derives; nobody types them. */
const DERIVED = new Set(["age", "last_contact", "contacts_30d", "churn_risk", "annual_value", "arrears_months", "bill_m1", "bill_m2", "bill_m3", "orphan", "owner_left", "labels", "consents", "class", "tier", "lifecycle"]);

export function FactValue({ customer, fact, first = "shown" }: { customer: CustomerPage; fact: FactRow; first?: "editing" | "shown" }) {
  const words = useWords(customerWords);
  const may = useMe().permissions.includes("customers.edit");
  const [editing, edit] = useState<"editing" | "shown">(first);
  const { language } = usePreferences();
  useEditing(customer.id, editing);
  const shown = useFactText()(fact);
  const save = useChange(customer.id, (value: unknown) => call("PATCH /customers/{id}", { path: { id: customer.id }, body: { facts: { [fact.key]: value } }, version: customer.version }), () => words.page.saved, () => edit("shown"));
  if (editing === "editing") return <Field fact={fact} busy={save.isPending ? "busy" : "idle"} onSave={(value) => save.mutate(value)} onCancel={() => edit("shown")} />;
  const when = fact.noted_on ? dayText(fact.noted_on.slice(0, 10), language, new Date().getFullYear(), "plain") : "";
  const from = fact.source ? wordFor(words.sources, fact.source.split(":")[0]) : "";
  const note = from || when ? words.page.source(from || "—", when || "—") : undefined;
  return (
    <span className="row fact-value" style={{ gap: 2 }}>
      <Tooltip title={note}><span className={shown ? "fact-text" : "quiet"}>{shown || "—"}</span></Tooltip>
      {shown && note && <span className="fact-note">{[from, when].filter(Boolean).join(" · ")}</span>}
      {may && !DERIVED.has(fact.key) && <Button type="text" size="small" className="fact-edit" aria-label={words.page.editFact(fact.title)} icon={<EditOutlined />} onClick={() => edit("editing")} />}
    </span>
  );
}

const same = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** What somebody else saved meanwhile is shown beside one's own words and is never overwritten unseen. */
function Field({ fact, busy, onSave, onCancel }: { fact: FactRow; busy: "busy" | "idle"; onSave: (value: unknown) => void; onCancel: () => void }) {
  const parts = useWords(partsWords);
  const words = useWords(customerWords).page;
  const textOf = useFactText();
  const [value, setValue] = useState<unknown>(fact.value);
  const [before, seen] = useState<unknown>(fact.value);
  const theirs = !same(fact.value, before) && !same(fact.value, value);
  return (
    <span className="row wrap" style={{ gap: 4 }}>
      <FactInput fact={fact} value={value} label={fact.title} busy={busy} focus="focus" onChange={setValue} onEnter={() => !theirs && onSave(value)} onEscape={onCancel} />
      <Button size="small" type="primary" loading={busy === "busy"} disabled={theirs} onClick={() => onSave(value)}>{parts.save}</Button>
      <Button size="small" type="text" onClick={onCancel}>{parts.cancel}</Button>
      {theirs && (
        <span className="fact-conflict due small" role="alert">
          {words.theirs(textOf(fact) || "—")}
          <Button size="small" onClick={onCancel}>{words.takeTheirs}</Button>
          <Button size="small" onClick={() => seen(fact.value)}>{words.keepMine}</Button>
        </span>
      )}
    </span>
  );
}

function birthdayText({ calendar, year, month, day }: Birthday, language: Language, values: Readonly<Record<string, string>>): string {
  const date = language === "zh" ? `${year ? `${year}年` : ""}${month}月${day}日` : [day, `/ ${month}`, year ? `/ ${year}` : ""].join(" ").trim();
  const solar = language === "zh" ? date : dayText(`${year ?? new Date().getFullYear()}-${pad(month)}-${pad(day)}`, language, year ? 0 : new Date().getFullYear(), "plain");
  return calendar === "lunar" ? `${date} ${wordFor(values, "lunar")}` : solar.trim();
}

const pad = (n: number) => String(n).padStart(2, "0");

/** The text of a fact's value in the reader's language. */
export function useFactText(): (fact: Pick<FactRow, "type" | "value">) => string {
  const words = useWords(customerWords);
  const { and } = useWords(partsWords);
  const { language } = usePreferences();
  return ({ type, value }) => {
    if (value === null || value === undefined || value === "") return "";
    if (Array.isArray(value)) return value.map((one) => wordFor(words.values, String(one))).join(and);
    if (typeof value === "object" && "calendar" in value) return birthdayText(value as Birthday, language, words.values);
    if (typeof value === "object" && "minor" in value) return moneyText(value as MoneyShape);
    if (type === "date" && typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value)) return dayText(value.slice(0, 10), language, new Date().getFullYear(), "plain");
    return typeof value === "object" ? JSON.stringify(value) : wordFor(words.values, String(value));
  };
}
