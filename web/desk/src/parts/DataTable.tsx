/**
 * Rows that come page by page under a cursor. Only the rows in sight are drawn; the next page is asked
 * for when the reader nears the end. The number of all rows is exact below 10,000 only.
 */
import { Button, Table, type TableColumnsType } from "antd";
import type { InfiniteData } from "@tanstack/react-query";
import { type Key, useEffect, useMemo, useRef, useState } from "react";
import type { Page } from "../frame/shapes";
import { usePreferences } from "../frame/preferences";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";
import { countText } from "./count";
import { EmptyState, Shown } from "./states";
import "./parts.css";

interface Pages<T> {
  readonly data: InfiniteData<Page<T>> | undefined;
  readonly error: unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly refetch: () => unknown;
  readonly fetchNextPage: () => unknown;
}

interface Props<T> {
  readonly of: Pages<T>;
  readonly columns: TableColumnsType<T>;
  readonly empty: { title: string; next?: string };
  readonly label: string;
  readonly onOpen?: (row: T) => void;
  readonly selected?: readonly string[];
  readonly onSelect?: (ids: string[]) => void;
  /** The row under the keys. */
  readonly at?: string | null;
}

export function DataTable<T extends { id: string }>(props: Props<T>) {
  return <Shown of={props.of} lines={12}>{(data) => <Rows {...props} pages={data} />}</Shown>;
}

function Rows<T extends { id: string }>({ of, pages, columns, empty, label, onOpen, selected, onSelect, at }: Props<T> & { pages: InfiniteData<Page<T>> }) {
  const words = useWords(partsWords);
  const { language } = usePreferences();
  const rows = useMemo(() => pages.pages.flatMap((page) => page.items), [pages]);
  const { box, height } = useHeight();
  const width = columns.reduce((sum, column) => sum + Number(column.width ?? 120), 0);
  const latest = useLatest({ of, onOpen, onSelect });
  const choosing = onSelect !== undefined;
  const opening = onOpen !== undefined;
  // Drawn anew only for other rows, columns or a choice: what else happens around it costs the table nothing.
  const table = useMemo(
    () => (
      <Table<T>
        virtual size="small" rowKey="id" columns={columns} dataSource={rows} pagination={false} scroll={{ x: width, y: height }}
        rowSelection={choosing ? { selectedRowKeys: selected as Key[], onChange: (keys) => latest.current.onSelect?.(keys as string[]), columnWidth: 40 } : undefined}
        rowClassName={(row) => `${opening ? "opens" : ""} ${row.id === at ? "chosen" : ""}`}
        onRow={(row) => ({ onClick: (event) => { if (!(event.target as HTMLElement).closest("a,button,input,label,.ant-table-selection-column")) latest.current.onOpen?.(row); } })}
        onScroll={(event) => {
          const { of } = latest.current;
          const box = event.currentTarget;
          if (box.scrollHeight - box.scrollTop - box.clientHeight < 400 && of.hasNextPage && !of.isFetchingNextPage) void of.fetchNextPage();
        }}
      />
    ),
    [rows, columns, width, height, choosing, opening, selected, at, latest],
  );
  if (rows.length === 0) return <EmptyState title={empty.title} next={empty.next} />;
  const about = pages.pages[0]?.about ?? null;
  return (
    <div ref={box} className="grow" style={{ minHeight: 240, display: "flex", flexDirection: "column" }} aria-label={label}>
      {table}
      <div className="table-foot">
        <span>{words.rows(about !== null && about > 10_000 ? words.about(countText(about, language)) : countText(Math.max(about ?? 0, rows.length), language))}</span>
        {selected && selected.length > 0 && <span>{words.selected(selected.length)}</span>}
        {of.hasNextPage && <Button size="small" loading={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>{words.more}</Button>}
      </div>
    </div>
  );
}

function useLatest<V>(value: V) {
  const latest = useRef(value);
  latest.current = value;
  return latest;
}

/** The table takes what is left of the page's height. */
function useHeight() {
  const box = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(400);
  useEffect(() => {
    const measure = () => {
      if (box.current) setHeight(Math.max(240, innerHeight - box.current.getBoundingClientRect().top - 130));
    };
    measure();
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  return { box, height };
}
