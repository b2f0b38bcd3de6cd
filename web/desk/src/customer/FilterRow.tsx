/** Simple conditions beside the expression: each a choice, each in the address, each with its way out. */
import { FilterOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Checkbox, Popover, Select } from "antd";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { useSettled } from "../parts/useSettled";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { type Column, COLUMNS, type Filter, type Shown, USUAL } from "./listAddress";
import { labelsQuery } from "./queries";

interface Choice {
  readonly title: string;
  readonly value?: string;
  readonly width: number;
  readonly options: { value: string; label: string }[];
  readonly onChange: (value: string | undefined) => void;
  /** For lists that are found by typing. */
  readonly onSearch?: (text: string) => void;
}

function Choice({ title, value, width, options, onChange, onSearch }: Choice) {
  return (
    <Select
      size="small" allowClear style={{ width }} popupMatchSelectWidth={false} aria-label={title} placeholder={title} value={value || undefined} onChange={onChange} options={options}
      showSearch={onSearch ? { filterOption: false, onSearch } : { optionFilterProp: "label" }}
    />
  );
}

const named = (book: Readonly<Record<string, string>>) => Object.entries(book).map(([value, label]) => ({ value, label }));

export function FilterRow({ shown, onChange }: { shown: Shown; onChange: (shown: Shown) => void }) {
  const words = useWords(customerWords).list;
  const parts = useWords(partsWords);
  const { language } = usePreferences();
  const labels = useQuery(labelsQuery);
  const of = (filter: Filter) => ({ value: shown.filters[filter], onChange: (value: string | undefined) => onChange({ ...shown, filters: { ...shown.filters, [filter]: value ?? "" } }) });
  return (
    <div className="row wrap filter-row" style={{ gap: 6 }} role="group" aria-label={words.filters}>
      <FilterOutlined className="quiet" aria-hidden />
      <Choice title={words.tier} width={96} options={named(parts.tiers)} {...of("tier")} />
      <Choice title={words.class} width={96} options={named(parts.classes)} {...of("class")} />
      <Choice title={words.lifecycle} width={104} options={named(parts.lifecycles)} {...of("lifecycle")} />
      <Choice title={words.labels} width={116} options={(labels.data ?? []).map((one) => ({ value: one.key, label: language === "zh" ? one.title_zh : one.title_en }))} {...of("label")} />
      <UnitChoice {...of("unit")} />
      <OwnerChoice {...of("owner")} />
      <Select size="small" style={{ width: 132 }} aria-label={words.sort} value={shown.sort} onChange={(sort) => onChange({ ...shown, sort })} options={[{ value: "newest" as const, label: words.newest }, { value: "name" as const, label: words.byName }]} />
      <ColumnChoice columns={shown.columns} onChange={(columns) => onChange({ ...shown, columns })} />
    </div>
  );
}

type Picked = Pick<Choice, "value" | "onChange">;

function UnitChoice(picked: Picked) {
  const words = useWords(customerWords).list;
  const me = useMe();
  const wide = me.role === "hq" || me.role === "channel_lead";
  const units = useQuery({ queryKey: ["org", "units"], queryFn: () => call("GET /units"), enabled: wide });
  return wide && <Choice title={words.unit} width={128} options={(units.data ?? []).map((unit) => ({ value: unit.id, label: unit.name }))} {...picked} />;
}

/** People are found by typing; the list of a large firm is never loaded whole. */
function OwnerChoice(picked: Picked) {
  const words = useWords(customerWords).list;
  const wide = useMe().role !== "maintainer";
  const [text, setText] = useState("");
  const asked = useSettled(text.trim());
  const found = useQuery({ queryKey: ["org", "colleagues", asked], queryFn: ({ signal }) => call("GET /colleagues", { query: { q: asked }, signal }), placeholderData: keepPreviousData, enabled: wide });
  const options = (found.data ?? []).map((one) => ({ value: one.id as string, label: `${one.name} · ${one.unit_name}` }));
  if (picked.value && !options.some((one) => one.value === picked.value)) options.unshift({ value: picked.value, label: words.chosenPerson });
  return wide && <Choice title={words.owner} width={140} options={options} onSearch={setText} {...picked} />;
}

function ColumnChoice({ columns, onChange }: { columns: readonly Column[]; onChange: (columns: readonly Column[]) => void }) {
  const words = useWords(customerWords).list;
  const toggled = (column: Column) => (columns.includes(column) ? columns.filter((one) => one !== column) : COLUMNS.filter((one) => one === column || columns.includes(one)));
  return (
    <Popover
      trigger="click" placement="bottomRight" title={words.columns}
      content={
        <div className="column" style={{ gap: 4 }}>
          {COLUMNS.filter((one) => one !== "name").map((column) => (
            <Checkbox key={column} checked={columns.includes(column)} disabled={columns.length === 2 && columns.includes(column)} onChange={() => onChange(toggled(column))}>{words[column]}</Checkbox>
          ))}
          <Button size="small" type="link" onClick={() => onChange(USUAL)}>{words.usualColumns}</Button>
        </div>
      }
    >
      <Button size="small" icon={<SettingOutlined />}>{words.columns}</Button>
    </Popover>
  );
}
