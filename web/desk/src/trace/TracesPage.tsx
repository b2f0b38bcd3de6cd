/** Traces of sales for those who look for gaps: open, lacking, overdue (DESK.md, quality). */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Segmented, Select } from "antd";
import { useMemo } from "react";
import { useTabTitle } from "../frame/tabs";
import { useWords, wordFor } from "../frame/words";
import { type Column, DataTable } from "../parts/DataTable";
import { Ago } from "../parts/Day";
import { traceWords } from "../words/trace";
import { type TraceRow, tracesQuery } from "./queries";
import { StateBadge } from "./StateBadge";

const LACKING = ["all", "gaps", "overdue"] as const;
const STATES = ["open", "sold", "abandoned"] as const;

export default function TracesPage() {
  const words = useWords(traceWords);
  const navigate = useNavigate();
  const asked = useSearch({ strict: false }) as { lacking?: string; state?: string };
  const change = (part: object) => void navigate({ to: ".", search: { ...asked, ...part } as never, replace: true });
  const traces = useInfiniteQuery(tracesQuery({ lacking: asked.lacking, state: asked.state }));
  useTabTitle(words.title);
  const columns = useMemo<readonly Column<TraceRow>[]>(
    () => [
      { title: words.columns.customer, key: "customer", width: 150, fixed: "left", draw: (row) => <Link to={`/traces/${row.id}` as never}>{row.customer.name}</Link> },
      { title: words.columns.process, key: "process", width: 240, draw: (row) => row.process_title },
      { title: words.columns.product, key: "product", width: 180, draw: (row) => row.product },
      { title: words.columns.state, key: "state", width: 190, draw: (row) => <StateBadge row={row} /> },
      { title: words.columns.due, key: "due", width: 150, draw: (row) => (row.due_at ? <span className={row.overdue ? "risk" : undefined}><Ago at={row.due_at} /></span> : null) },
      { title: words.columns.owner, key: "owner", width: 120, draw: (row) => row.owner?.name },
      { title: words.columns.opened, key: "opened", width: 150, draw: (row) => <Ago at={row.opened_at} /> },
    ],
    [words],
  );
  return (
    <div className="page">
      <h1>{words.title}</h1>
      <div className="page-acts">
        <Segmented aria-label={words.columns.gaps} value={asked.lacking ?? "all"} onChange={(lacking) => change({ lacking: lacking === "all" ? undefined : lacking })} options={LACKING.map((value) => ({ value, label: wordFor(words.lacking, value) }))} />
        <Select aria-label={words.state} style={{ width: 140 }} value={asked.state ?? ""} onChange={(state) => change({ state: state || undefined })} options={[{ value: "", label: words.anyState }, ...STATES.map((value) => ({ value, label: wordFor(words.states, value) }))]} />
        <span className="quiet small">{words.why}</span>
      </div>
      <DataTable of={traces} columns={columns} label={words.title} name="traces" empty={{ title: words.empty, next: words.emptyNext }} onOpen={(row) => void navigate({ to: `/traces/${row.id}` as never })} />
    </div>
  );
}
