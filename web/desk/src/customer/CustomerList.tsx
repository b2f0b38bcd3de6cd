/** The customers list: saved views, segment bar, rows by cursor; all of it in the address (DESK.md 3). */
import { Button, Input, type TableColumnsType } from "antd";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import type { CustomerRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useKeys } from "../frame/keys";
import { screensOf } from "../frame/navigation";
import { useMe } from "../frame/session";
import { useTabTitle } from "../frame/tabs";
import { useWords, wordFor } from "../frame/words";
import { ClassBadge, Tier } from "../parts/badges";
import { DataTable } from "../parts/DataTable";
import { Day } from "../parts/Day";
import { SavedSegments, SaveSegment } from "../segment/SavedSegments";
import { SegmentBar } from "../segment/SegmentBar";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { LabelChip } from "./LabelSet";
import { useLabels } from "./queries";

export function CustomerList() {
  const words = useWords(customerWords).list;
  const me = useMe();
  const navigate = useNavigate();
  const { q = "", segment = "" } = useSearch({ strict: false }) as { q?: string; segment?: string };
  const [text, setText] = useState(q);
  const box = useRef<{ focus: () => void }>(null);
  useTabTitle(words.title);
  const go = (search: { q?: string; segment?: string }) => void navigate({ to: "/customers", search: { q: search.q || undefined, segment: search.segment || undefined } as never, replace: true });
  const rows = useInfiniteQuery({
    queryKey: ["customer", "list", q, segment],
    queryFn: ({ pageParam, signal }) => call("GET /customers", { query: { q, segment, cursor: pageParam || undefined, limit: 100 }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
  const columns = useColumns();
  useKeys([{ key: "/", does: words.search, run: () => box.current?.focus(), quiet: "quiet" }]);
  return (
    <div className="with-views">
      <aside>
        <h3>{words.views}</h3>
        <SavedSegments chosen={segment} all={words.allView} onChoose={(expression) => go({ q, segment: expression })} />
      </aside>
      <div className="page">
        <div className="page-head">
          <h1>{words.title}</h1>
          <Input.Search ref={box as never} allowClear style={{ width: 320 }} value={text} placeholder={words.search} onChange={(event) => setText(event.target.value)} onSearch={(value) => go({ q: value.trim(), segment })} />
          {screensOf(me.role).includes("batches") && <Link to="/batches/new"><Button>{words.import}</Button></Link>}
        </div>
        <SegmentBar expression={segment} onApply={(expression) => go({ q, segment: expression })} aside={<SaveSegment expression={segment} />} />
        <DataTable of={rows} columns={columns} label={words.title} empty={{ title: words.empty, next: words.emptyNext }} onOpen={(row) => void navigate({ to: `/customers/${row.id}` })} />
      </div>
    </div>
  );
}

function useColumns(): TableColumnsType<CustomerRow> {
  const words = useWords(customerWords).list;
  const parts = useWords(partsWords);
  const label = useLabels();
  return useMemo(
    () => [
      { key: "name", title: words.name, width: 110, fixed: "left", render: (_, row) => <Link to={`/customers/${row.id}`}>{row.name}</Link> },
      { key: "tier", title: words.tier, width: 144, render: (_, row) => <span className="row" style={{ gap: 4 }}><Tier tier={row.tier} /><ClassBadge of={row.class} /></span> },
      { key: "age", title: words.age, width: 90, render: (_, row) => [wordFor(parts.genders, row.gender), row.age].filter((one) => one !== null && one !== "").join(" ") },
      { key: "region", title: words.region, width: 110, ellipsis: true, dataIndex: "region" },
      { key: "phone", title: words.phone, width: 130, dataIndex: "phone_masked" },
      { key: "owner", title: words.owner, width: 96, ellipsis: true, render: (_, row) => row.owner?.name ?? <span className="due">{words.orphan}</span> },
      { key: "last", title: words.last, width: 110, render: (_, row) => <Day day={row.last_contact_at} weekday="plain" /> },
      { key: "next", title: words.next, width: 190, ellipsis: true, render: (_, row) => (row.next_due ? <><Day day={row.next_due.day} weekday="plain" /> <span className="quiet">{row.next_due.title}</span></> : "") },
      { key: "labels", title: words.labels, width: 190, ellipsis: true, render: (_, row) => <span className="row" style={{ gap: 4 }}>{row.labels.slice(0, 2).map((key) => <LabelChip key={key} of={label(key)} />)}</span> },
    ],
    [words, parts, label],
  );
}
