/** The customers list: saved views, conditions, columns, rows by cursor, bulk edits; all of it in the address (DESK.md 3). */
import { ReloadOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { call } from "../frame/api";
import { useKeys } from "../frame/keys";
import { watchNews } from "../frame/live";
import { screensOf } from "../frame/navigation";
import { useMe } from "../frame/session";
import type { ViewRow } from "../frame/shapes";
import { useTabTitle } from "../frame/tabs";
import { useWords } from "../frame/words";
import { DataTable } from "../parts/DataTable";
import { Bones, ErrorState } from "../parts/states";
import { SegmentBar } from "../segment/SegmentBar";
import { customerWords } from "../words/customer";
import { BulkBar } from "./BulkBar";
import { BulkProgress } from "./BulkProgress";
import { type Chosen, mayEdit, NOBODY } from "./bulk";
import { useColumns } from "./columns";
import { FilterRow } from "./FilterRow";
import { type Address, addressOf, differs, type Shown, shownBy } from "./listAddress";
import { SaveView } from "./SaveView";
import { useView } from "./views";
import { ViewList } from "./ViewList";

export function CustomerList() {
  const words = useWords(customerWords).list;
  const navigate = useNavigate();
  const address = useSearch({ strict: false }) as Address;
  const { view, error, waiting } = useView(address.view);
  useTabTitle(words.title);
  const choose = useCallback((id: string | undefined) => void navigate({ to: "/customers", search: (id ? { view: id } : {}) as never }), [navigate]);
  const views = useMemo(() => <ViewList chosen={address.view} onChoose={choose} />, [address.view, choose]);
  return (
    <div className="with-views">
      <aside>{views}</aside>
      {waiting && <Bones lines={12} />}
      {error ? <ErrorState thrown={error} onRetry={() => choose(undefined)} /> : !waiting && <List address={address} view={view} onView={choose} />}
    </div>
  );
}

function List({ address, view, onView }: { address: Address; view?: ViewRow; onView: (id: string | undefined) => void }) {
  const words = useWords(customerWords).list;
  const me = useMe();
  const navigate = useNavigate();
  const written = JSON.stringify(address);
  const shown = useMemo(() => shownBy(JSON.parse(written) as Address, view), [written, view]);
  const asked = shown.filters.q ?? "";
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  const box = useRef<{ focus: () => void }>(null);
  const go = useCallback((next: Shown) => void navigate({ to: "/customers", search: addressOf(next, view) as never, replace: true }), [navigate, view]);
  const bulk = (id: string | undefined) => void navigate({ to: "/customers", search: { ...address, bulk: id } as never, replace: true });
  const rows = useInfiniteQuery({
    queryKey: ["customer", "list", shown.segment, shown.filters, shown.sort],
    queryFn: ({ pageParam, signal }) => call("GET /customers", { query: { ...shown.filters, segment: shown.segment, sort: shown.sort, cursor: pageParam || undefined, limit: 100 }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
  const columns = useColumns(shown.columns);
  const [chosen, choose] = useState<Chosen>(NOBODY);
  useEffect(() => choose(NOBODY), [written]);
  const ids = useMemo(() => new Set<string>(rows.data?.pages.flatMap((page) => page.items.map((row) => row.id))), [rows.data]);
  const picked = useMemo(() => (chosen.kind === "all" ? [...ids] : chosen.ids), [chosen, ids]);
  const changed = useChanged(ids, rows.dataUpdatedAt);
  useKeys([
    { key: "/", does: words.search, run: () => box.current?.focus(), quiet: "quiet" },
    { key: "V", does: words.views, run: () => document.querySelector<HTMLElement>(".view[aria-current=true]")?.focus() },
    { key: "F", does: words.filters, run: () => document.querySelector<HTMLElement>(".filter-row input")?.focus() },
  ]);
  const changedView = differs(address) ? "changed" : "as saved";
  // The bars have many fields; they are drawn again for another address only, not for each step of an answer.
  const bars = useMemo(
    () => (
      <>
        <SegmentBar expression={shown.segment} onApply={(segment) => go({ ...shown, segment })} aside={<SaveView shown={shown} view={view} changed={changedView} onSaved={onView} />} />
        <FilterRow shown={shown} onChange={go} />
      </>
    ),
    [shown, view, changedView, go, onView],
  );
  return (
    <div className="page">
      <div className="page-head">
        <h1>{view?.title ?? words.title}</h1>
        <Input.Search ref={box as never} allowClear style={{ width: 320, maxWidth: "100%" }} value={text} placeholder={words.search} aria-label={words.search} onChange={(event) => setText(event.target.value)} onSearch={(value) => go({ ...shown, filters: { ...shown.filters, q: value.trim() } })} />
        {screensOf(me.role).includes("batches") && <Button onClick={() => void navigate({ to: "/batches/new" })}>{words.import}</Button>}
      </div>
      {bars}
      {changed > 0 && <p role="status"><Button size="small" icon={<ReloadOutlined />} onClick={() => void rows.refetch()}>{words.changed(changed)}</Button></p>}
      {mayEdit(me.role) && <BulkBar chosen={chosen} shown={shown} about={rows.data?.pages[0]?.about ?? ids.size} onChoose={choose} onBegun={bulk} />}
      {address.bulk && <BulkProgress id={address.bulk} onClose={() => bulk(undefined)} />}
      <DataTable of={rows} columns={columns} label={words.title} empty={{ title: words.empty, next: words.emptyNext }} onOpen={(row) => void navigate({ to: `/customers/${row.id}` })} selected={picked} onSelect={mayEdit(me.role) ? (rows) => choose({ kind: "rows", ids: rows }) : undefined} />
    </div>
  );
}

/** How many of the customers in sight others have changed since they were fetched. The list never moves by itself. */
function useChanged(ids: ReadonlySet<string>, since: number): number {
  const [changed, mark] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => mark((before) => (before.size === 0 ? before : new Set())), [since]);
  useEffect(
    () =>
      watchNews((name, news) => {
        const id = news.customer_id;
        if (name === "customer" && id && ids.has(id)) mark((before) => (before.has(id) ? before : new Set(before).add(id)));
      }),
    [ids],
  );
  return changed.size;
}
