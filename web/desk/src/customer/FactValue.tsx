/** One fact: shown by its type, with source and date, edited in place by whoever may change the file. */
import { EditOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type PointerEvent, useState } from "react";
import type { CustomerPage, FactRow, MoneyShape } from "../frame/shapes";
import { call } from "../frame/api";
import { type Language, usePreferences } from "../frame/preferences";
import { useEditing } from "../frame/presence";
import { useWords, wordFor } from "../frame/words";
import { dayText } from "../parts/Day";
import { later } from "../parts/later";
import { moneyText } from "../parts/Money";
import { useUnchanged } from "../parts/unchanged";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { Awaited } from "./Awaited";
import type { Birthday } from "./FactInput";
import { useChange } from "./useChange";

/** The field of a fact, by its type. */
export const FactField = later(() => import("./FactInput").then((all) => all.FactInput));

/** Facts that the program derives; nobody types them. */
const DERIVED = new Set(["age", "last_contact", "contacts_30d", "churn_risk", "annual_value", "arrears_months", "bill_m1", "bill_m2", "bill_m3", "orphan", "owner_left", "labels", "consents", "class", "tier", "lifecycle"]);

interface Props {
  readonly customer: CustomerPage;
  readonly fact: FactRow;
  /** What the reader may do with the file. */
  readonly may: "edit" | "read";
  readonly first?: "editing" | "shown";
}

export function FactValue({ customer, fact, may, first = "shown" }: Props) {
  const words = useWords(customerWords);
  const [editing, edit] = useState<"editing" | "shown">(first);
  const { language } = usePreferences();
  const shown = useFactText()(fact);
  if (editing === "editing") return <Field customer={customer} fact={fact} onClose={() => edit("shown")} />;
  const when = fact.noted_on ? dayText(fact.noted_on.slice(0, 10), language, new Date().getFullYear(), "plain") : "";
  const from = fact.source ? wordFor(words.sources, fact.source.split(":")[0]) : "";
  const note = [from, when].filter(Boolean).join(" · ");
  return (
    <span className="row fact-value" style={{ gap: 2 }} onPointerEnter={(event) => tellCut(event, words.page.source(from || "—", when || "—"))}>
      <span className={shown ? "fact-text" : "quiet"}>{shown || "—"}</span>
      {note && <span className="fact-note">{note}</span>}
      {may === "edit" && !DERIVED.has(fact.key) && <EditFact label={words.page.editFact(fact.title)} onClick={() => edit("editing")} />}
    </span>
  );
}

/** Beside a value, seen when one points at it or comes to it by Tab. */
export function EditFact({ label, onClick }: { label: string; onClick: () => void }) {
  return <button type="button" className="plain fact-edit" aria-label={label} onClick={onClick}><EditOutlined /></button>;
}

/** Beside a long value the note has no room: then whoever points at the value is told. A title on what is shown would be read out twice. */
export function tellCut({ currentTarget: value }: PointerEvent<HTMLElement>, whole: string) {
  const note = value.querySelector(".fact-note");
  value.title = note && note.scrollWidth > note.clientWidth ? whole : "";
}

const same = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/**
 * What somebody else saved meanwhile is shown beside one's own words and is never overwritten unseen. A page shows dozens of
 * facts: what it takes to change one is here, for the one that is changed. It stays until what is being saved is on file: a
 * field opened anew would save over the version before.
 */
function Field({ customer, fact, onClose }: { customer: CustomerPage; fact: FactRow; onClose: () => void }) {
  const parts = useWords(partsWords);
  const words = useWords(customerWords).page;
  const textOf = useFactText();
  const [value, setValue] = useState<unknown>(fact.value);
  const [before, seen] = useState<unknown>(fact.value);
  useEditing(customer.id, "editing");
  const save = useChange(customer.id, (next: unknown) => call("PATCH /customers/{id}", { path: { id: customer.id }, body: { facts: { [fact.key]: next } }, version: customer.version }), () => words.saved, onClose);
  const saving = save.isPending;
  // What comes while it is being saved may be one's own, as the program wrote it.
  const theirs = !saving && !same(fact.value, before) && !same(fact.value, value);
  const leave = () => !saving && onClose();
  // Saved as it is, it would be told as a change, and noted as one of today.
  const asItWas = useUnchanged(onClose);
  const send = () => (same(value, fact.value) ? asItWas() : save.mutate(value));
  return (
    <span className="row wrap" style={{ gap: 4 }}>
      <Awaited of={FactField} label={fact.title} text={textOf(fact)} onEscape={leave} />
      <FactField fact={fact} value={value} label={fact.title} busy={saving ? "busy" : "idle"} focus="focus" onChange={setValue} onEnter={() => !theirs && !saving && send()} onEscape={leave} />
      <Button size="small" type="primary" loading={saving} disabled={theirs} onClick={send}>{parts.save}</Button>
      <Button size="small" type="text" disabled={saving} onClick={leave}>{parts.cancel}</Button>
      {theirs && (
        <span className="fact-conflict due small" role="alert">
          {words.theirs(textOf(fact) || "—")}
          <Button size="small" onClick={leave}>{words.takeTheirs}</Button>
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
