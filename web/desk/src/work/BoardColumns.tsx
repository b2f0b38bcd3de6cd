/**
 * The columns of the board. Where they are people, a card goes to another lane by mouse (pull it there) or by keyboard
 * (its button opens the list of people): the same act, and the same ten seconds to take it back. A column is one stop of
 * Tab: up and down walk through its cards, left and right through the columns.
 */
import { SwapOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Dropdown } from "antd";
import { type DragEvent, type KeyboardEvent, useRef, useState } from "react";
import type { BoardColumn, TouchRow } from "../frame/shapes";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { useUnits } from "../org/useOrg";
import { Day } from "../parts/Day";
import { useProblemWords } from "../parts/problemWords";
import { arriveAt, useRoving } from "../parts/roving";
import { EmptyState, Shown } from "../parts/states";
import { workWords } from "../words/work";
import { boardQuery, columnQuery, type TouchFilter } from "./queries";
import { type Goal, useMove } from "./useMove";

const CARD = ".board-card";

/** Left and right lead to the next column that has a card, to the card one was last at there. */
function sideways(event: KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const here = (event.target as HTMLElement).closest?.(".board-column");
  if (!step || !here || event.altKey || event.ctrlKey || event.metaKey) return;
  const columns = [...event.currentTarget.querySelectorAll<HTMLElement>(".board-column")].filter((one) => one === here || one.querySelector(CARD));
  const next = columns[columns.indexOf(here as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  arriveAt(next, CARD, next.querySelector<HTMLElement>(`${CARD}[data-stop]`) ?? next.querySelector<HTMLElement>(CARD));
}

const CLOSED = ["done", "failed", "expired", "verified", "withdrawn"];

export function BoardColumns({ unit, batch, group }: { unit: string | undefined; batch: string | undefined; group: "state" | "person" }) {
  const words = useWords(workWords);
  const me = useMe();
  const board = useQuery(boardQuery(unit, group, batch));
  const units = useUnits();
  const home = { id: unit ?? (me.unit_id as string), name: units.data?.find((one) => one.id === (unit ?? me.unit_id))?.name ?? words.board.nobody };
  const move = useMove(home);
  const [pulled, pull] = useState<TouchRow | null>(null);
  const moves = me.permissions.includes("work.hand_out") && group === "person";
  const goalOf = (column: BoardColumn): Goal => (column.key ? { name: column.name ?? "", staff_id: column.key } : { name: words.board.nobody, unit_id: home.id });
  const filterOf = ({ key }: BoardColumn): TouchFilter => ({ unit, batch, ...(group === "state" ? { state: key } : key ? { state: "open", owner: key } : { state: "planned" }) });
  const give = (row: TouchRow, to: Goal) => (row.owner?.id ?? undefined) !== to.staff_id && move.mutate({ row, to });
  return (
    <Shown of={board}>
      {(columns) =>
        columns.every((column) => column.count === 0) ? <EmptyState title={words.board.empty} next={words.board.emptyNext} /> : (
          <div className="board" onKeyDown={sideways}>
            {columns.map((column) => (
              <Column
                key={column.key} column={column} filter={filterOf(column)} title={group === "state" ? wordFor(words.states, column.key) : column.name || words.board.nobody}
                goals={moves ? columns.map(goalOf) : null} pulled={moves ? pulled : null} onPull={pull} onGive={give} here={goalOf(column)}
              />
            ))}
          </div>
        )
      }
    </Shown>
  );
}

interface ColumnProps {
  readonly column: BoardColumn;
  /** The work orders of the column, for those behind its first rows. */
  readonly filter: TouchFilter;
  readonly title: string;
  /** Where cards may go; none where nothing moves. */
  readonly goals: readonly Goal[] | null;
  readonly here: Goal;
  readonly pulled: TouchRow | null;
  readonly onPull: (row: TouchRow | null) => void;
  readonly onGive: (row: TouchRow, to: Goal) => void;
}

function Column({ column, filter, title, goals, here, pulled, onPull, onGive }: ColumnProps) {
  const words = useWords(workWords).board;
  const [over, setOver] = useState<"over" | "">("");
  const cards = useRef<HTMLDivElement>(null);
  const walk = useRoving(cards, CARD);
  const lane = typeof column.load === "number" && typeof column.capacity === "number";
  const { rows, ...rest } = useRows(column, filter);
  const takes = pulled !== null && pulled.owner?.id !== here.staff_id;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver("");
    if (pulled && takes) onGive(pulled, here);
    onPull(null);
  };
  return (
    <section
      className={`board-column ${takes ? "takes" : ""} ${over}`} aria-label={title}
      onDragOver={(event) => { if (takes) { event.preventDefault(); setOver("over"); } }} onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node) && setOver("")} onDrop={drop}
    >
      <header>
        <span className="one-line">{title}</span>
        <span className="quiet nowrap">
          {column.count}
          {lane && <span className={`small ${(column.load ?? 0) > (column.capacity ?? 0) ? "risk" : "quiet"}`} title={words.lane}> · {column.load}/{column.capacity}</span>}
        </span>
      </header>
      <div ref={cards} {...walk}>
        {rows.length === 0 && <p className="quiet small">{words.columnEmpty}</p>}
        {rows.map((row) => <Card key={row.id} row={row} showing={lane || column.key === "" ? "lane" : "owner"} goals={CLOSED.includes(row.state) ? null : goals} onPull={onPull} onGive={onGive} />)}
        {rest.problem && <p className="risk small" role="alert">{rest.problem}</p>}
        {column.count > rows.length && <Button size="small" type="text" loading={rest.busy} onClick={rest.more}>{words.more(column.count - rows.length)}</Button>}
      </div>
    </section>
  );
}

/** The first rows, as they come with the board; once somebody asks for more, all that was asked for, in one piece. */
function useRows(column: BoardColumn, filter: TouchFilter) {
  const told = useProblemWords();
  const [asked, ask] = useState<"asked" | "">("");
  const all = useInfiniteQuery({ ...columnQuery(filter), enabled: asked === "asked" });
  const rows = (asked && all.data?.pages.flatMap((page) => page.items)) || column.rows;
  const more = () => {
    if (!asked) ask("asked");
    else if (all.hasNextPage) void all.fetchNextPage();
    else void all.refetch();
  };
  return { rows, more, busy: asked === "asked" && all.isFetching, problem: asked && all.error ? told(all.error).title : "" };
}

function Card({ row, showing, goals, onPull, onGive }: Pick<ColumnProps, "goals" | "onPull" | "onGive"> & { row: TouchRow; showing: "owner" | "lane" }) {
  const words = useWords(workWords).board;
  const others = (goals ?? []).map((goal, i) => ({ goal, key: String(i) })).filter(({ goal }) => goal.staff_id !== row.owner?.id);
  return (
    <article className={`board-card ${goals ? "moves" : ""}`} data-touch={row.id} draggable={goals !== null} onDragStart={(event) => { event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", row.id); onPull(row); }} onDragEnd={() => onPull(null)}>
      <span className="row">
        <Link to={`/customers/${row.customer.id}` as never} className="grow one-line" draggable={false}>{row.customer.name}</Link>
        {goals && (
          <Dropdown trigger={["click"]} autoFocus menu={{ items: others.map(({ goal, key }) => ({ key, label: goal.name })), onClick: ({ key }) => { const to = goals[Number(key)]; if (to) onGive(row, to); }, style: { maxHeight: 320, overflowY: "auto" } }}>
            <Button size="small" type="text" className="board-move" icon={<SwapOutlined />} aria-label={words.moveCard(row.customer.name)} title={words.moveHint} />
          </Dropdown>
        )}
      </span>
      <span className="one-line">{row.title}</span>
      <span className="quiet small">{showing === "owner" && row.owner?.name} <span className={row.overdue ? "risk" : ""}><Day day={row.due_day} weekday="plain" /></span></span>
    </article>
  );
}
