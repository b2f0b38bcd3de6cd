/** The customers list: saved views, conditions, columns, rows by cursor, bulk edits; all of it in the address (DESK.md 3). */
import { PlusOutlined, ReloadOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useKeys } from "../frame/keys";
import { watchNews } from "../frame/live";
import { screensOf } from "../frame/navigation";
import { useMe } from "../frame/session";
import type { CustomerRow, ViewRow } from "../frame/shapes";
import { useTabTitle } from "../frame/tabs";
import { useWide } from "../frame/useWide";
import { useWords, wordFor } from "../frame/words";
import { DataTable } from "../parts/DataTable";
import { later } from "../parts/later";
import { Bones, ErrorState } from "../parts/states";
import { SegmentBar } from "../segment/SegmentBar";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { BulkBar } from "./BulkBar";
import { BulkProgress } from "./BulkProgress";
import { groupsOf, pageOf } from "./pages";
import { type Chosen, mayEdit, NOBODY } from "./bulk";
import { useColumns } from "./columns";
import { FilterRow } from "./FilterRow";
import { type Address, addressOf, type Column, differs, type Shown, shownBy } from "./listAddress";
import { SaveView } from "./SaveView";
import { useView } from "./views";
import { ViewList } from "./ViewList";

const NewCustomer = later(() => import("./NewCustomer").then((all) => all.NewCustomer));

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
  const asked = JSON.stringify([shown.segment, shown.filters, shown.sort, shown.group]);
  const latest = useRef({ shown, view });
  latest.current = { shown, view };
  const now = useCallback(() => latest.current.shown, []);
  const go = useCallback((next: Shown) => void navigate({ to: "/customers", search: addressOf(next, latest.current.view) as never, replace: true }), [navigate]);
  const bulk = (id: string | undefined) => void navigate({ to: "/customers", search: { ...address, bulk: id } as never, replace: true });
  const rows = useInfiniteQuery({
    queryKey: ["customer", "list", shown.segment, shown.filters, shown.sort, shown.group],
    queryFn: ({ pageParam, signal }) => pageOf(shown, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    // Nothing moves by itself: neither another look at the window nor the way back from a customer asks for all its pages again.
    refetchOnWindowFocus: false,
    refetchOnMount: (query) => query.state.isInvalidated,
  });
  // On a phone the list is there to search and to open.
  const room = useWide();
  const named = room === "wide" ? shown.columns.join() : "name,tier,next";
  const wanted = useMemo(() => named.split(",") as Column[], [named]);
  const columns = useColumns(wanted);
  const headOf = useHeads(shown.group);
  const [chosen, choose] = useState<Chosen>(NOBODY);
  useEffect(() => choose(NOBODY), [written]);
  const ids = useMemo(() => new Set<string>(rows.data?.pages.flatMap((page) => page.items.map((row) => row.id))), [rows.data]);
  const picked = useMemo(() => (chosen.kind === "rows" ? chosen.ids : [...ids]), [chosen, ids]);
  const changed = useChanged(ids, rows.isPlaceholderData ? Number.POSITIVE_INFINITY : rows.dataUpdatedAt);
  const [adding, add] = useState<"adding" | "closed">("closed");
  useKeys([
    { key: "/", does: words.search, run: () => document.querySelector<HTMLElement>(".list-search input")?.focus(), quiet: "quiet" },
    { key: "V", does: words.views, run: () => document.querySelector<HTMLElement>(".view[aria-current=true]")?.focus() },
    { key: "F", does: words.filters, run: () => document.querySelector<HTMLElement>(".filter-row input")?.focus() },
  ]);
  const changedView = differs(address) ? "changed" : "as saved";
  // Each of the bars is drawn again only for what it itself shows: not for the answer, nor for its neighbour's choice.
  const aside = useMemo(() => <SaveView now={now} view={view} changed={changedView} onSaved={onView} />, [now, view, changedView, onView]);
  const apply = useCallback((segment: string) => go({ ...now(), segment }), [go, now]);
  const search = useCallback((text: string) => go({ ...now(), filters: { ...now().filters, q: text.trim() } }), [go, now]);
  const edits = mayEdit(me.role) && room === "wide";
  const filtered = useMemo(() => ({ ...shown, columns: wanted }), [shown, wanted]);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{view?.title ?? words.title}</h1>
        <SearchField asked={shown.filters.q ?? ""} onSearch={search} />
        {me.permissions.includes("customers.edit") && room === "wide" && <Button icon={<PlusOutlined />} onClick={() => add("adding")}>{words.add}</Button>}
        {screensOf(me.role).includes("batches") && room === "wide" && <Button onClick={() => void navigate({ to: "/batches/new" })}>{words.import}</Button>}
      </div>
      {room === "wide" && <SegmentBar expression={shown.segment} onApply={apply} aside={aside} />}
      {room === "wide" && <FilterRow shown={filtered} onChange={go} />}
      {changed > 0 && <p role="status"><Button size="small" icon={<ReloadOutlined />} onClick={() => void rows.refetch()}>{words.changed(changed)}</Button></p>}
      {edits && <BulkBar chosen={chosen} shown={shown} about={rows.data?.pages[0]?.about ?? ids.size} onChoose={choose} onBegun={bulk} />}
      {adding === "adding" && <NewCustomer onClose={() => add("closed")} />}
      {address.bulk && <BulkProgress id={address.bulk} onClose={() => bulk(undefined)} />}
      <DataTable of={rows} columns={columns} label={words.title} name="customers" headOf={headOf} topic={asked} empty={{ title: words.empty, next: words.emptyNext }} onOpen={(row) => void navigate({ to: `/customers/${row.id}` })} selected={picked} onSelect={edits ? (rows) => choose({ kind: "rows", ids: rows }) : undefined} />
    </div>
  );
}

/** The heading of a row's group, with what it means in the reader's language. */
function useHeads(group: Shown["group"]): ((row: CustomerRow) => string) | undefined {
  const parts = useWords(partsWords);
  return useMemo(() => (group === "" ? undefined : (row: CustomerRow) => wordFor(groupsOf(group, parts), row[group] ?? "")), [group, parts]);
}

const SearchField = memo(function SearchField({ asked, onSearch }: { asked: string; onSearch: (text: string) => void }) {
  const words = useWords(customerWords).list;
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  return <Input.Search className="list-search" allowClear style={{ width: 320, maxWidth: "100%" }} value={text} placeholder={words.search} aria-label={words.search} onChange={(event) => setText(event.target.value)} onSearch={onSearch} />;
});

/** When each customer was last changed, as far as it was heard: news that come while another page is open count on the way back. */
const heard = new Map<string, number>();
const HEARD_MOST = 10_000;
watchNews((name, { customer_id: id }) => {
  if (name !== "customer" || !id) return;
  heard.delete(id);
  heard.set(id, Date.now());
  for (const oldest of heard.keys()) {
    if (heard.size <= HEARD_MOST) break;
    heard.delete(oldest);
  }
});

/** How many of the customers in sight were changed since they were fetched; rows of the question before are on their way out. The list never moves by itself. */
function useChanged(ids: ReadonlySet<string>, since: number): number {
  const [changed, mark] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const now = new Set([...ids].filter((id) => (heard.get(id) ?? 0) > since));
    mark((before) => (before.size === 0 && now.size === 0 ? before : now));
  }, [ids, since]);
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
