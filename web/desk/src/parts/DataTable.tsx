/**
 * Rows that come page by page under a cursor. Only the rows in sight are drawn, each once; the next page is asked
 * for when the reader nears the end. The number of all rows is exact below 10,000 only.
 *
 * Drawn by hand and not with antd's table: a cell there costs ten times what it shows, and eight hours of scrolling
 * are eight hours of cells. Widths stand in one style of the whole grid, so that pulling a column draws no row anew.
 * A row that comes into sight is written into the place of one that left: another filter changes words, not elements.
 * The rows are one stop of Tab, walked with ↑ and ↓, or J and K.
 */
import { Button } from "antd";
import type { InfiniteData } from "@tanstack/react-query";
import { type CSSProperties, type KeyboardEvent, memo, type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Page } from "../frame/shapes";
import { useKeys } from "../frame/keys";
import { usePreferences } from "../frame/preferences";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";
import { ColumnHead, useWidths } from "./ColumnHead";
import { countText } from "./count";
import { between, slotted, withHeads } from "./grid";
import { stopAt } from "./roving";
import { useProblemWords } from "./problemWords";
import { EmptyState, Shown } from "./states";
import { useSight } from "./useSight";
import "./parts.css";
import "./grid.css";

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly width: number;
  /** Stays in sight when the others are scrolled sideways; only the first may. */
  readonly fixed?: "left";
  readonly align?: "right";
  readonly draw: (row: T) => ReactNode;
}

interface Pages<T> {
  readonly data: InfiniteData<Page<T>> | undefined;
  readonly error: unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  /** Whether the page after those that are shown was asked for and did not come. */
  readonly isFetchNextPageError?: boolean;
  /** Whether the rows still answer what was asked before. */
  readonly isPlaceholderData?: boolean;
  readonly refetch: () => unknown;
  readonly fetchNextPage: () => unknown;
}

interface Props<T> {
  readonly of: Pages<T>;
  readonly columns: readonly Column<T>[];
  readonly empty: { title: string; next?: string };
  readonly label: string;
  /** Under this name the pulled widths are kept. */
  readonly name: string;
  readonly onOpen?: (row: T) => void;
  /** The row that is shown beside the list. The keys walk from it, and say to which one they came. */
  readonly current?: string;
  readonly onWalk?: (row: T) => void;
  readonly selected?: readonly string[];
  readonly onSelect?: (ids: string[]) => void;
  /** The heading under which a row stands; rows of one heading come one after the other. */
  readonly headOf?: (row: T) => string;
  /** What is asked; the rows of another question begin at the top. */
  readonly topic?: string;
}

const HEIGHTS = { comfortable: 40, compact: 32 } as const;
const NEAR_END_ROWS = 10;
const ROW = "[data-row]";

export function DataTable<T extends { id: string }>(props: Props<T>) {
  return <Shown of={props.of} lines={12}>{(data) => <Rows {...props} pages={data} />}</Shown>;
}

function Rows<T extends { id: string }>({ of, pages, columns, empty, label, name, onOpen, current, onWalk, selected, onSelect, headOf, topic }: Props<T> & { pages: InfiniteData<Page<T>> }) {
  const words = useWords(partsWords);
  const told = useProblemWords();
  const { language, density } = usePreferences();
  const rows = useMemo(() => pages.pages.flatMap((page) => page.items), [pages]);
  const lines = useMemo(() => withHeads(rows, headOf), [rows, headOf]);
  const each = HEIGHTS[density];
  const { template, least, widths, pull } = useWidths(name, columns, onSelect !== undefined);
  const answered = useRef(topic);
  if (!of.isPlaceholderData) answered.current = topic;
  const { box, sight, sideways, follow, reveal } = useSight(lines.length, each, least, answered.current);
  const [met, setAt] = useState<string | null>(null);
  const at = current ?? met;
  const arriving = useRef(false);
  const latest = useLatest({ of, onOpen, onWalk, onSelect, rows, selected: selected ?? [] });
  const open = useCallback((id: string) => { const { rows, onOpen } = latest.current; const row = rows.find((one) => one.id === id); if (row) onOpen?.(row); }, [latest]);
  const last = useRef<string | null>(null);
  const toggle = useCallback((id: string, range: "range" | "one") => {
    const { rows, selected, onSelect } = latest.current;
    const taken = !selected.includes(id);
    const touched = new Set(range === "range" ? between(rows, last.current, id) : [id]);
    last.current = id;
    onSelect?.(taken ? rows.filter((row) => selected.includes(row.id) || touched.has(row.id)).map((row) => row.id) : selected.filter((one) => !touched.has(one)));
  }, [latest]);
  const move = (step: 1 | -1) => {
    const now = rows.findIndex((row) => row.id === at);
    const next = now < 0 ? 0 : Math.min(Math.max(now + step, 0), rows.length - 1);
    if (!rows[next]) return;
    setAt(rows[next].id);
    latest.current.onWalk?.(rows[next]);
    arriving.current = true;
    reveal(lines.findIndex((line) => line.row?.id === rows[next]?.id));
  };
  useKeys([
    { key: "J", does: words.table.next, run: () => move(1), quiet: "quiet" },
    { key: "K", does: words.table.previous, run: () => move(-1), quiet: "quiet" },
    ...(onOpen ? [{ key: "Enter", does: words.table.open, run: () => at && open(at), quiet: "quiet" as const }] : []),
    ...(onSelect
      ? [
          { key: "X", does: words.table.select, run: () => at && toggle(at, "one"), quiet: "quiet" as const },
          { key: "Shift+X", does: words.table.selectRange, run: () => at && toggle(at, "range"), quiet: "quiet" as const },
        ]
      : []),
  ]);
  // The focus goes along once, as soon as the row is drawn; scrolling by mouse takes it from nobody.
  useLayoutEffect(() => {
    const row = arriving.current && at ? box.current?.querySelector(`[data-row="${at}"]`) : null;
    if (!row) return;
    arriving.current = false;
    (row.querySelector<HTMLElement>("a") ?? row.querySelector<HTMLElement>("input, button"))?.focus({ preventScroll: true });
  }, [at, box, sight]);
  useLayoutEffect(() => {
    if (box.current) stopAt(box.current, ROW, box.current.querySelector(`[data-row="${at}"]`));
  }, [at, box, sight, lines]);
  const walk = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.ctrlKey || event.metaKey || event.altKey ? 0 : ({ ArrowDown: 1, ArrowUp: -1 } as const)[event.key] ?? 0;
    if (step === 0 || !(event.target as HTMLElement).closest(ROW)) return;
    event.preventDefault();
    move(step);
  };
  const chosen = useMemo(() => new Set(selected), [selected]);
  const slots = useSlots(lines, sight, at);
  if (rows.length === 0) return <EmptyState title={empty.title} next={empty.next} />;
  const inView = lines.slice(sight.from, sight.to);
  const about = pages.pages[0]?.about ?? null;
  const choosing = onSelect !== undefined;
  const scrolled = () => {
    const { of } = latest.current;
    // A page that did not come is asked for again by a person, not by each turn of the wheel.
    if (follow() > lines.length - NEAR_END_ROWS && of.hasNextPage && !of.isFetchingNextPage && !of.isFetchNextPageError) void of.fetchNextPage();
  };
  return (
    <div className="grid-box" aria-label={label} role="group">
      <div ref={box} className={`grid ${sideways}`} role="table" aria-label={label} aria-rowcount={about !== null && about > rows.length ? about + 1 : rows.length + 1} style={{ "--columns": template, "--least": `${least}px`, "--each": `${each}px` } as CSSProperties} onScroll={scrolled}>
        <div className="grid-head" role="row" aria-rowindex={1}>
          {choosing && <SelectAll all={rows.length} chosen={chosen.size} label={words.table.selectAll} onChange={(take) => onSelect(take ? rows.map((row) => row.id) : [])} />}
          {columns.map((column, i) => <ColumnHead key={column.key} title={column.title} width={widths[i]!} first={i === 0} align={column.align} fixed={column.fixed && (choosing ? "after" : "first")} onPull={(width) => pull(column.key, width)} />)}
        </div>
        <div className="grid-body" role="rowgroup" onKeyDown={walk} onFocus={(event) => setAt((event.target as HTMLElement).closest<HTMLElement>(ROW)?.dataset.row ?? at)} style={{ height: lines.length * each }}>
          {inView.map(({ row, head }, i) =>
            row ? (
              <Row key={slots.get(row.id)} row={row} index={sight.from + i} columns={columns} at={row.id !== at ? "" : current ? "current" : "at"} opens={onOpen ? "opens" : ""} chosen={!choosing ? null : chosen.has(row.id) ? "chosen" : "free"} label={words.table.selectRow} onOpen={open} onToggle={toggle} />
            ) : (
              <div key={`head ${head}`} className="grid-row grid-group" role="row" aria-rowindex={sight.from + i + 2} style={{ top: `calc(${sight.from + i} * var(--each))` }}><div role="cell" className="grid-cell" aria-colspan={columns.length + (choosing ? 1 : 0)}>{head}</div></div>
            ),
          )}
        </div>
      </div>
      <div className="table-foot">
        <span>{words.rows(about !== null && about > 10_000 ? words.about(countText(about, language)) : countText(Math.max(about ?? 0, rows.length), language))}</span>
        {selected && selected.length > 0 && <span>{words.selected(selected.length)}</span>}
        {of.isFetchNextPageError && <span className="risk" role="alert">{told(of.error).title}</span>}
        {of.hasNextPage && <Button size="small" loading={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>{of.isFetchNextPageError ? words.retry : words.more}</Button>}
      </div>
    </div>
  );
}

interface RowProps<T> {
  readonly row: T;
  readonly index: number;
  readonly columns: readonly Column<T>[];
  readonly at: "at" | "current" | "";
  readonly opens: "opens" | "";
  readonly chosen: "chosen" | "free" | null;
  readonly label: string;
  readonly onOpen: (id: string) => void;
  readonly onToggle: (id: string, range: "range" | "one") => void;
}

const Row = memo(function Row<T extends { id: string }>({ row, index, columns, at, opens, chosen, label, onOpen, onToggle }: RowProps<T>) {
  return (
    <div
      className={`grid-row ${opens} ${at && "at"} ${chosen === "chosen" ? "chosen" : ""}`} role="row" aria-current={at === "current" ? "true" : undefined} aria-rowindex={index + 2} data-row={row.id} style={{ top: `calc(${index} * var(--each))` }}
      onClick={(event) => !(event.target as HTMLElement).closest("a, button, input, label") && onOpen(row.id)}
    >
      {chosen !== null && (
        <label className="grid-cell grid-choice" role="cell">
          <input type="checkbox" aria-label={label} checked={chosen === "chosen"} onChange={(event) => onToggle(row.id, (event.nativeEvent as MouseEvent).shiftKey ? "range" : "one")} />
        </label>
      )}
      {columns.map((column) => <div key={column.key} role="cell" className={`grid-cell ${column.align ?? ""} ${column.fixed ? (chosen === null ? "first" : "after") : ""}`}>{column.draw(row)}</div>)}
    </div>
  );
}) as <T extends { id: string }>(props: RowProps<T>) => ReactNode;

function SelectAll({ all, chosen, label, onChange }: { all: number; chosen: number; label: string; onChange: (take: boolean) => void }) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = chosen > 0 && chosen < all;
  }, [chosen, all]);
  return <label className="grid-cell grid-choice" role="columnheader"><input ref={box} type="checkbox" aria-label={label} checked={chosen > 0 && chosen >= all} onChange={(event) => onChange(event.target.checked)} /></label>;
}

/** The places of the rows in sight. The row with the focus leaves its place to nobody: the focus would be on another customer. */
function useSlots(lines: readonly { row?: { id: string } }[], sight: { from: number; to: number }, at: string | null) {
  const before = useRef<ReadonlyMap<string, number>>(new Map());
  return useMemo(() => {
    const ids = lines.slice(sight.from, sight.to).flatMap(({ row }) => (row ? [row.id] : []));
    before.current = slotted(ids, before.current, at);
    return before.current;
  }, [lines, sight, at]);
}

function useLatest<V>(value: V) {
  const latest = useRef(value);
  latest.current = value;
  return latest;
}
