/** Simple conditions beside the expression: each a choice, each in the address, each with its way out. */
import { FilterOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Checkbox, Popover, Select } from "antd";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { memo, useMemo, useRef, useState } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { later } from "../parts/later";
import { useSettled } from "../parts/useSettled";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { type Column, COLUMNS, type Filter, FILTERS, GROUPS, type Shown, USUAL } from "./listAddress";
import { labelsQuery } from "./queries";

const BatchChip = later(() => import("../intake/BatchChip").then((all) => all.BatchChip));

interface Choice {
  readonly title: string;
  readonly value?: string;
  readonly width: number;
  readonly options: { value: string; label: string }[];
  readonly onChange: (value: string | undefined) => void;
  /** For lists that are found by typing. */
  readonly onSearch?: (text: string) => void;
}

/** Drawn anew only when it itself says something else: another choice of the row costs it nothing. */
const Choice = memo(function Choice({ title, value, width, options, onChange, onSearch }: Choice) {
  return (
    <Select
      size="small" allowClear style={{ width }} popupMatchSelectWidth={false} aria-label={title} placeholder={title} value={value || undefined} onChange={onChange} options={options}
      showSearch={onSearch ? { filterOption: false, onSearch } : BY_LABEL}
    />
  );
});
const BY_LABEL = { optionFilterProp: "label" } as const;

const useNamed = (book: Readonly<Record<string, string>>) => useMemo(() => Object.entries(book).map(([value, label]) => ({ value, label })), [book]);

export const FilterRow = memo(function FilterRow({ shown, onChange }: { shown: Shown; onChange: (shown: Shown) => void }) {
  const words = useWords(customerWords).list;
  const parts = useWords(partsWords);
  const { language } = usePreferences();
  const labels = useQuery(labelsQuery);
  const of = usePicked(shown, onChange);
  const [tiers, classes, lifecycles] = [useNamed(parts.tiers), useNamed(parts.classes), useNamed(parts.lifecycles)];
  const known = useMemo(() => (labels.data ?? []).map((one) => ({ value: one.key, label: language === "zh" ? one.title_zh : one.title_en })), [labels.data, language]);
  return (
    <div className="row wrap filter-row" style={{ gap: 6 }} role="group" aria-label={words.filters}>
      <FilterOutlined className="quiet" aria-hidden />
      <Choice title={words.tier} width={96} options={tiers} {...of("tier")} />
      <Choice title={words.class} width={96} options={classes} {...of("class")} />
      <Choice title={words.lifecycle} width={104} options={lifecycles} {...of("lifecycle")} />
      <Choice title={words.labels} width={116} options={known} {...of("label")} />
      <UnitChoice {...of("unit")} />
      <OwnerChoice {...of("owner")} />
      {shown.filters.batch && <BatchChip id={shown.filters.batch} onClear={of.noBatch} />}
      <SortChoice sort={shown.sort} onChange={of.sort} />
      <GroupChoice group={shown.group} onChange={of.group} />
      <ColumnChoice columns={shown.columns} onChange={of.columns} />
    </div>
  );
});

type Picked = Pick<Choice, "value" | "onChange">;

/** One lasting handler for each field, whatever the list shows at the moment. */
function usePicked(shown: Shown, onChange: (shown: Shown) => void) {
  const latest = useRef({ shown, onChange });
  latest.current = { shown, onChange };
  const handlers = useMemo(() => {
    const change = (part: (shown: Shown) => Partial<Shown>) => latest.current.onChange({ ...latest.current.shown, ...part(latest.current.shown) });
    const filter = (name: Filter) => (value: string | undefined) => change(({ filters }) => ({ filters: { ...filters, [name]: value ?? "" } }));
    return {
      filters: Object.fromEntries(FILTERS.map((name) => [name, filter(name)])) as Record<Filter, Choice["onChange"]>,
      sort: (sort: Shown["sort"]) => change(() => ({ sort })),
      group: (group: Shown["group"]) => change(() => ({ group })),
      columns: (columns: readonly Column[]) => change(() => ({ columns })),
      noBatch: () => change(({ filters }) => ({ filters: { ...filters, batch: "" } })),
    };
  }, []);
  const of = (name: Filter): Picked => ({ value: shown.filters[name], onChange: handlers.filters[name] });
  return Object.assign(of, { sort: handlers.sort, group: handlers.group, columns: handlers.columns, noBatch: handlers.noBatch });
}

const SortChoice = memo(function SortChoice({ sort, onChange }: { sort: Shown["sort"]; onChange: (sort: Shown["sort"]) => void }) {
  const words = useWords(customerWords).list;
  return <Select size="small" style={{ width: 132 }} aria-label={words.sort} value={sort} onChange={onChange} options={[{ value: "newest" as const, label: words.newest }, { value: "name" as const, label: words.byName }]} />;
});

const GroupChoice = memo(function GroupChoice({ group, onChange }: { group: Shown["group"]; onChange: (group: Shown["group"]) => void }) {
  const words = useWords(customerWords).list;
  return <Select size="small" style={{ width: 116 }} aria-label={words.group} value={group} onChange={onChange} options={[{ value: "" as const, label: words.noGroup }, ...GROUPS.map((value) => ({ value, label: words.groupBy(words[value]) }))]} />;
});

const UnitChoice = memo(function UnitChoice(picked: Picked) {
  const words = useWords(customerWords).list;
  const me = useMe();
  const wide = me.role === "hq" || me.role === "channel_lead";
  const units = useQuery({ queryKey: ["org", "units"], queryFn: () => call("GET /units"), enabled: wide });
  const options = useMemo(() => (units.data ?? []).map((unit) => ({ value: unit.id as string, label: unit.name })), [units.data]);
  return wide && <Choice title={words.unit} width={128} options={options} {...picked} />;
});

/** People are found by typing; the list of a large firm is never loaded whole. */
const OwnerChoice = memo(function OwnerChoice(picked: Picked) {
  const words = useWords(customerWords).list;
  const wide = useMe().role !== "maintainer";
  const [text, setText] = useState("");
  const asked = useSettled(text.trim());
  const found = useQuery({ queryKey: ["org", "colleagues", asked], queryFn: ({ signal }) => call("GET /colleagues", { query: { q: asked }, signal }), placeholderData: keepPreviousData, enabled: wide });
  const options = useMemo(() => {
    const all = (found.data ?? []).map((one) => ({ value: one.id as string, label: `${one.name} · ${one.unit_name}` }));
    return picked.value && !all.some((one) => one.value === picked.value) ? [{ value: picked.value, label: words.chosenPerson }, ...all] : all;
  }, [found.data, picked.value, words]);
  return wide && <Choice title={words.owner} width={140} options={options} onSearch={setText} {...picked} />;
});

const ColumnChoice = memo(function ColumnChoice({ columns, onChange }: { columns: readonly Column[]; onChange: (columns: readonly Column[]) => void }) {
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
});
