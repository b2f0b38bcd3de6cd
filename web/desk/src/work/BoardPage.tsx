/** The board of work orders: by state, by person, or as a table; load against capacity; hand-out and balance (DESK.md 6). */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented, Select } from "antd";
import { useState } from "react";
import type { BoardColumn, TouchRow } from "../frame/shapes";
import { useMe } from "../frame/session";
import { useTabTitle } from "../frame/tabs";
import { useWords, wordFor } from "../frame/words";
import { useUnits } from "../org/useOrg";
import { Day } from "../parts/Day";
import { EmptyState, Shown } from "../parts/states";
import { workWords } from "../words/work";
import { BalanceForm } from "./BalanceForm";
import { BoardTable } from "./BoardTable";
import { LoadBars } from "./LoadBars";
import { boardQuery } from "./queries";
import "./work.css";

type Look = "state" | "person" | "table";

export default function BoardPage() {
  const words = useWords(workWords).board;
  const me = useMe();
  const navigate = useNavigate();
  const asked = useSearch({ strict: false }) as { unit?: string; look?: Look; batch?: string };
  const look = asked.look ?? "state";
  const change = (part: Record<string, string | undefined>) => void navigate({ to: ".", search: { ...asked, ...part } as never, replace: true });
  const units = useUnits();
  const [balancing, balance] = useState<"shown" | "hidden">("hidden");
  useTabTitle(words.title);
  return (
    <div className="page">
      <h1>{words.title}</h1>
      <div className="page-acts">
        <Segmented<Look> value={look} onChange={(next) => change({ look: next })} options={[{ value: "state", label: words.byState }, { value: "person", label: words.byPerson }, { value: "table", label: words.table }]} />
        <Select allowClear showSearch optionFilterProp="label" style={{ width: 200 }} aria-label={words.unit} placeholder={words.allUnits} value={asked.unit} onChange={(unit) => change({ unit })} options={(units.data ?? []).map((unit) => ({ value: unit.id, label: unit.name }))} />
        {me.permissions.includes("work.hand_out") && <Button onClick={() => balance("shown")}>{words.balance}</Button>}
      </div>
      {look === "table" ? <BoardTable unit={asked.unit} batch={asked.batch} /> : <Columns unit={asked.unit} group={look} />}
      {look === "person" && <LoadBars unit={asked.unit} day={me.today} />}
      {balancing === "shown" && <BalanceForm unit={asked.unit ?? me.unit_id} day={me.today} onClose={() => balance("hidden")} />}
    </div>
  );
}

function Columns({ unit, group }: { unit: string | undefined; group: "state" | "person" }) {
  const words = useWords(workWords);
  const board = useQuery(boardQuery(unit, group));
  return (
    <Shown of={board}>
      {(columns) =>
        columns.every((column) => column.count === 0) ? <EmptyState title={words.board.empty} next={words.board.emptyNext} /> : (
          <div className="board">{columns.map((column) => <Column key={column.key} column={column} title={group === "state" ? wordFor(words.states, column.key) : column.name || words.board.nobody} />)}</div>
        )
      }
    </Shown>
  );
}

function Column({ column, title }: { column: BoardColumn; title: string }) {
  const words = useWords(workWords).board;
  const lane = typeof column.load === "number" && typeof column.capacity === "number";
  return (
    <section className="board-column" aria-label={title}>
      <header><span className="one-line">{title}</span><span className="quiet nowrap">{column.count}{lane && <span className={`small ${(column.load ?? 0) > (column.capacity ?? 0) ? "risk" : "quiet"}`} title={words.lane}> · {column.load}/{column.capacity}</span>}</span></header>
      <div>
        {column.rows.length === 0 && <p className="quiet small">{words.columnEmpty}</p>}
        {column.rows.map((row) => <Card key={row.id} row={row} showing={lane ? "lane" : "owner"} />)}
        {column.count > column.rows.length && <p className="quiet small">{words.more(column.count - column.rows.length)}</p>}
      </div>
    </section>
  );
}

function Card({ row, showing }: { row: TouchRow; showing: "owner" | "lane" }) {
  return (
    <article className="board-card">
      <Link to={`/customers/${row.customer.id}` as never}>{row.customer.name}</Link>
      <span className="one-line">{row.title}</span>
      <span className="quiet small">{showing === "owner" && row.owner?.name} <span className={row.overdue ? "risk" : ""}><Day day={row.due_day} weekday="plain" /></span></span>
    </article>
  );
}
