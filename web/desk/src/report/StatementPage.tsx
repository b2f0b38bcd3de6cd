/** The statement: work orders by batch, channel, person, reason or day, with sums that equal the rows below them. */
import { ReloadOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented, Select, Table } from "antd";
import { useEffect, useState } from "react";
import { address, call } from "../frame/api";
import { watchNews } from "../frame/live";
import { useMe } from "../frame/session";
import type { StatementRow } from "../frame/shapes";
import { useTabTitle } from "../frame/tabs";
import { useWide } from "../frame/useWide";
import { useWords, wordFor } from "../frame/words";
import { batchChoicesQuery } from "../intake/queries";
import { useUnits } from "../org/useOrg";
import { daysLater } from "../parts/Day";
import { DayField } from "../parts/DayField";
import { FileButton } from "../parts/FileButton";
import { later } from "../parts/later";
import { EmptyState, Shown } from "../parts/states";
import { reportWords } from "../words/report";
import { shareOf, StatementChart } from "./StatementChart";
import { StatementRows } from "./StatementRows";

const BatchChip = later(() => import("../intake/BatchChip").then((all) => all.BatchChip));
const GROUPS = ["batch", "channel", "person", "reason", "day"] as const;
export const FIGURES = ["handed_out", "open", "accepted", "done", "failed", "expired", "verified", "returned"] as const;
const PHONE_FIGURES = ["handed_out", "done"] as const;
interface Asked {
  by?: string;
  batch?: string;
  unit?: string;
  from?: string;
  to?: string;
}

export default function StatementPage() {
  const words = useWords(reportWords);
  useTabTitle(words.title);
  const me = useMe();
  const { today } = me;
  const navigate = useNavigate();
  const asked = useSearch({ strict: false }) as Asked;
  const query = { by: asked.by ?? "channel", batch: asked.batch, unit: asked.unit, from: asked.from ?? daysLater(today, -30), to: asked.to ?? today };
  const change = (part: Asked) => void navigate({ to: ".", search: { ...query, ...part } as never, replace: true });
  const client = useQueryClient();
  // What is read stands still: asked anew when the page is opened and when the reader says so, not by news nor by another look at the window.
  const statement = useQuery({ queryKey: ["report", "statement", query], queryFn: ({ signal }) => call("GET /statements", { query, signal }), placeholderData: (before) => before, staleTime: 0, refetchOnWindowFocus: false });
  const age = useAge(statement.isFetching ? "asking" : "answered");
  const [opened, open] = useState<StatementRow | null>(null);
  return (
    <div className="page">
      <h1>{words.title}</h1>
      <div className="page-acts">
        <Segmented aria-label={words.by} value={query.by} onChange={(by) => change({ by })} options={GROUPS.map((by) => ({ value: by, label: wordFor(words.groups, by) }))} />
        {me.permissions.includes("batches.read") ? <BatchChoice value={query.batch} onChange={(batch) => change({ batch })} /> : query.batch && <BatchChip id={query.batch} onClear={() => change({ batch: undefined })} />}
        {me.permissions.includes("staff.read") ? <UnitChoice value={query.unit} onChange={(unit) => change({ unit })} /> : query.unit && <UnitChip onClear={() => change({ unit: undefined })} />}
        <span className="row">{words.from} <DayField label={words.from} width={136} max={query.to} value={query.from} onChange={(from) => change({ from })} /></span>
        <span className="row">{words.to} <DayField label={words.to} width={136} min={query.from} value={query.to} onChange={(to) => change({ to })} /></span>
        <FileButton from={address("/statements.xlsx", { query })} name="statement.xlsx">{words.excel}</FileButton>
      </div>
      {age === "overtaken" && <p role="status"><Button size="small" icon={<ReloadOutlined />} onClick={() => void client.invalidateQueries({ queryKey: ["report"] })}>{words.changed}</Button></p>}
      <Shown of={statement}>
        {({ rows, totals }) => (rows.length === 0 ? <EmptyState title={words.empty} next={words.emptyNext} /> : <><StatementChart rows={rows} totals={totals} onOpen={open} /><Sums rows={rows} totals={totals} onOpen={open} by={query.by} /></>)}
      </Shown>
      {opened && <StatementRows row={opened} query={query} onClose={() => open(null)} />}
    </div>
  );
}

interface Choice {
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

function OneOf({ title, all, value, onChange }: Choice & { title: string; all: readonly { readonly id: string; readonly name: string }[] | undefined }) {
  return <Select allowClear style={{ width: 180 }} popupMatchSelectWidth={false} showSearch={{ optionFilterProp: "label" }} aria-label={title} placeholder={title} loading={!all} value={all ? value : undefined} options={(all ?? []).map((one) => ({ value: one.id, label: one.name }))} onChange={onChange} />;
}

function BatchChoice(choice: Choice) {
  return <OneOf title={useWords(reportWords).batch} all={useQuery(batchChoicesQuery).data} {...choice} />;
}

function UnitChoice(choice: Choice) {
  return <OneOf title={useWords(reportWords).unit} all={useUnits().data} {...choice} />;
}

/** That the statement is of one unit only, for those who may not choose among them: a link may have said so. */
function UnitChip({ onClear }: { onClear: () => void }) {
  const words = useWords(reportWords);
  return <span className="label-chip">{words.onlyUnit}<button type="button" aria-label={words.anyUnit} title={words.anyUnit} onClick={onClear}>×</button></span>;
}

/** Whether work orders or batches changed since the statement was asked for; each asking begins anew. */
function useAge(state: "asking" | "answered"): "fresh" | "overtaken" {
  const [age, set] = useState<"fresh" | "overtaken">("fresh");
  useEffect(() => {
    if (state === "asking") set("fresh");
  }, [state]);
  useEffect(() => watchNews((name, news) => (name === "touch" || (name === "batch" && news.kind !== "progress")) && set("overtaken")), []);
  return age;
}

function Sums({ rows, totals, by, onOpen }: { rows: readonly StatementRow[]; totals: StatementRow; by: string; onOpen: (row: StatementRow) => void }) {
  const words = useWords(reportWords);
  // On a phone what was handed out and how much of it is done; the picture above shows the rest, and a line opens what is behind it.
  const [figures, width] = useWide() === "wide" ? [FIGURES, 100] : [PHONE_FIGURES, 72];
  const share = (row: StatementRow) => (shareOf(row) === null ? "—" : `${shareOf(row)}%`);
  return (
    <>
      <Table<StatementRow>
        className="statement-table"
        rowKey="key"
        size="small"
        sticky
        dataSource={[...rows]}
        pagination={{ defaultPageSize: 100, hideOnSinglePage: true }}
        rowClassName="opens"
        onRow={(row) => ({ onClick: () => onOpen(row) })}
        columns={[
          { title: wordFor(words.groups, by), dataIndex: "title", render: (title: string, row) => <button type="button" className="plain" onClick={() => onOpen(row)}>{title}</button> },
          ...figures.map((figure) => ({ title: wordFor(words.columns, figure), dataIndex: figure, align: "right" as const, width })),
          { title: words.share, key: "share", align: "right", width: width - 10, render: (_, row) => share(row) },
        ]}
        summary={() => (
          <Table.Summary fixed>
            <Table.Summary.Row>
              <Table.Summary.Cell index={0}><b>{words.total}</b></Table.Summary.Cell>
              {figures.map((figure, i) => <Table.Summary.Cell key={figure} index={i + 1} align="right"><b>{totals[figure]}</b></Table.Summary.Cell>)}
              <Table.Summary.Cell index={figures.length + 1} align="right"><b>{share(totals)}</b></Table.Summary.Cell>
            </Table.Summary.Row>
          </Table.Summary>
        )}
      />
      <p className="quiet small">{words.sums}</p>
    </>
  );
}
