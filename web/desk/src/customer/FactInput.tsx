/** The field of a fact by its type. It hands on what the program takes: a number is a number, yes is `true`, and nothing is null. */
import { Button, DatePicker, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import type { MoneyShape } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { firmMoney, signOf } from "../parts/Money";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { choicesOf } from "./factChoices";

interface Props {
  readonly fact: { readonly key: string; readonly type: string };
  readonly value: unknown;
  /** What it is the answer to, for those who do not see it beside the field. */
  readonly label: string;
  readonly busy?: "busy" | "idle";
  /** Opened by a person who now wants to write. */
  readonly focus?: "focus";
  readonly placeholder?: string;
  readonly onChange: (value: unknown) => void;
  readonly onEnter?: () => void;
  readonly onEscape?: () => void;
}

export function FactInput({ fact, value, label, busy, focus, placeholder, onChange, onEnter, onEscape }: Props) {
  const shared = { size: "small" as const, autoFocus: focus !== undefined, disabled: busy === "busy", "aria-label": label };
  switch (fact.type) {
    case "bool":
      return <YesNo label={label} busy={busy} focus={focus} value={typeof value === "boolean" ? value : null} onChange={onChange} />;
    case "int":
      // While it is typed the field hands on fractions too; the program takes none.
      return <InputNumber {...shared} value={typeof value === "number" ? value : null} precision={0} placeholder={placeholder} onChange={(whole) => onChange(whole === null ? null : Math.round(Number(whole)))} />;
    case "double":
      return <InputNumber {...shared} value={typeof value === "number" ? value : null} placeholder={placeholder} onChange={onChange} />;
    case "money": {
      const held = value && typeof value === "object" && "minor" in value ? (value as MoneyShape) : null;
      return <InputNumber {...shared} prefix={signOf(held?.currency)} precision={2} value={held ? held.minor / 100 : null} onChange={(whole) => onChange(whole === null ? null : { ...firmMoney(0), ...held, minor: Math.round(Number(whole) * 100) })} />;
    }
    case "birthday":
      return <BirthdayField shared={shared} value={value && typeof value === "object" ? (value as Partial<Birthday>) : null} onChange={onChange} />;
    case "date":
      return <DatePicker {...shared} value={typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value) ? dayjs(value) : null} onChange={(day) => onChange(day ? day.format("YYYY-MM-DD") : null)} />;
    default: {
      const text = typeof value === "string" ? value : "";
      const choices = choicesOf(fact.key, text);
      if (choices) return <OneWord fact={fact.key} choices={choices} shared={shared} value={text} onChange={onChange} />;
      return <Input {...shared} value={text} maxLength={2000} placeholder={placeholder} onChange={(event) => onChange(event.target.value || null)} onPressEnter={onEnter} onKeyDown={(event) => event.key === "Escape" && onEscape?.()} />;
    }
  }
}

/** Two buttons; the one that is chosen takes the answer back when it is pressed again. */
function YesNo({ label, busy, focus, value, onChange }: { label: string; busy?: "busy" | "idle"; focus?: "focus"; value: boolean | null; onChange: (value: boolean | null) => void }) {
  const words = useWords(customerWords).values;
  return (
    <span role="group" aria-label={label} className="row" style={{ gap: 4 }}>
      {[true, false].map((one) => (
        <Button key={String(one)} size="small" type={value === one ? "primary" : "default"} aria-pressed={value === one} disabled={busy === "busy"} autoFocus={focus !== undefined && one} onClick={() => onChange(value === one ? null : one)}>
          {wordFor(words, String(one))}
        </Button>
      ))}
    </span>
  );
}

interface Shared {
  readonly size: "small";
  readonly autoFocus: boolean;
  readonly disabled: boolean;
  readonly "aria-label": string;
}

function OneWord({ fact, choices, shared, value, onChange }: { fact: string; choices: readonly string[]; shared: Shared; value: string; onChange: (value: string | null) => void }) {
  const { values } = useWords(customerWords);
  const { classes } = useWords(partsWords);
  const words = fact === "class" ? classes : values;
  return <Select {...shared} allowClear popupMatchSelectWidth={false} style={{ minWidth: 110 }} value={value || undefined} options={choices.map((one) => ({ value: one, label: wordFor(words, one) }))} onChange={(next?: string) => onChange(next ?? null)} />;
}

/** A birthday keeps its own calendar and may lack its year. */
export interface Birthday {
  calendar: string;
  year: number | null;
  month: number;
  day: number;
}

function BirthdayField({ shared, value, onChange }: { shared: Shared; value: Partial<Birthday> | null; onChange: (next: unknown) => void }) {
  const words = useWords(customerWords);
  const { autoFocus, "aria-label": label, ...each } = shared;
  // Four fields of one fact, each by its own name.
  const named = (part: keyof typeof words.birthdayParts) => ({ ...each, "aria-label": `${label} · ${words.birthdayParts[part]}` });
  const now = { calendar: "solar", year: null, month: null, day: null, ...value };
  const change = (part: object) => {
    const next = { ...now, ...part };
    // With nothing in it there is no birthday, whatever its calendar.
    onChange(next.year === null && next.month === null && next.day === null && !("calendar" in part) ? null : next);
  };
  return (
    <span className="row" style={{ gap: 2 }}>
      <Select {...named("calendar")} autoFocus={autoFocus} value={now.calendar} style={{ width: 76 }} options={["solar", "lunar"].map((one) => ({ value: one, label: wordFor(words.values, one) }))} onChange={(calendar: string) => change({ calendar })} />
      <InputNumber {...named("year")} controls={false} style={{ width: 56 }} value={now.year} min={1880} max={2100} onChange={(year) => change({ year })} />
      <InputNumber {...named("month")} controls={false} style={{ width: 40 }} value={now.month} min={1} max={12} onChange={(month) => change({ month })} />
      <InputNumber {...named("day")} controls={false} style={{ width: 40 }} value={now.day} min={1} max={31} onChange={(day) => change({ day })} />
    </span>
  );
}
