/** My day: the list in the right order, the customer, the touch with script and result (DESK.md 1). */
import { Segmented } from "antd";
import { Link, useNavigate } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { MyDay as Day, TouchRow } from "../frame/shapes";
import { useKeys } from "../frame/keys";
import { useMe } from "../frame/session";
import { useTabTitle } from "../frame/tabs";
import { useWords } from "../frame/words";
import { EmptyState, Shown } from "../parts/states";
import { workWords } from "../words/work";
import { CustomerPane } from "./CustomerPane";
import { after, type Kind, moved, ofKind } from "./order";
import { myDayQuery } from "./queries";
import { TouchList } from "./TouchList";
import { TouchPane } from "./TouchPane";
import "./work.css";

export function MyDay() {
  const words = useWords(workWords);
  const { today } = useMe();
  useTabTitle(words.myDay.title);
  const day = useQuery(myDayQuery(today));
  return <Shown of={day} lines={12}>{(data) => <Panes day={data} today={today} />}</Shown>;
}

function Panes({ day, today }: { day: Day; today: string }) {
  const words = useWords(workWords);
  const navigate = useNavigate();
  const [kind, setKind] = useState<Kind>("all");
  const rows = useMemo(() => ofKind(day.items, kind), [day.items, kind]);
  const wide = matchMedia("(min-width: 721px)").matches;
  const [picked, pick] = useState<string | null>(wide ? (rows[0]?.id ?? null) : null);
  const chosen = rows.find((row) => row.id === picked) ?? (wide ? rows[0] : undefined);
  const fresh = useFresh(day.items);
  useKeys([
    { key: "J", does: words.keys.next, run: () => pick(moved(rows, chosen?.id ?? null, 1)), quiet: "quiet" },
    { key: "K", does: words.keys.previous, run: () => pick(moved(rows, chosen?.id ?? null, -1)), quiet: "quiet" },
    { key: "Enter", does: words.keys.open, run: () => chosen && void navigate({ to: `/customers/${chosen.customer.id}` }) },
  ]);
  return (
    <div className={`my-day ${chosen ? "chosen" : ""} ${rows.length === 0 ? "none" : ""}`}>
      <section>
        <header className="my-day-head">
          <h1 className="unseen">{words.myDay.title}</h1>
          <div className="my-day-counts" aria-live="polite">
            <span>{words.myDay.today}<strong>{day.counts.today}</strong></span>
            <span className={day.counts.overdue > 0 ? "risk" : ""}>{words.myDay.overdue}<strong>{day.counts.overdue}</strong></span>
            <span>{words.myDay.done}<strong>{day.counts.done}</strong></span>
          </div>
          <Segmented<Kind>
            size="small" value={kind} onChange={setKind}
            options={[{ value: "all", label: words.myDay.all }, { value: "calls", label: words.myDay.calls }, { value: "visits", label: words.myDay.visits }, { value: "messages", label: words.myDay.messages }]}
          />
        </header>
        {rows.length > 0 ? <TouchList rows={rows} chosen={chosen?.id ?? null} fresh={fresh} today={today} onChoose={pick} /> : <Nothing day={day} />}
      </section>
      {rows.length > 0 && <section>{chosen ? <CustomerPane key={chosen.customer.id} id={chosen.customer.id} onBack={() => pick(null)} /> : <p className="state">{words.myDay.pick}</p>}</section>}
      <section>{chosen && <TouchPane key={chosen.id} row={chosen} onFinished={(row) => pick(wide ? after(rows, row.id) : null)} onUndone={(row) => pick(row.id)} />}</section>
    </div>
  );
}

function Nothing({ day }: { day: Day }) {
  const words = useWords(workWords).myDay;
  const silent = "last_contact < today - days(90)";
  return (
    <EmptyState
      title={day.counts.done > 0 ? words.empty : words.emptyNone}
      next={words.emptyNext}
      act={<Link to="/customers" search={{ segment: silent } as never}>{words.silent} ▸</Link>}
    />
  );
}

/** Rows that came while the list was on screen. */
function useFresh(items: readonly TouchRow[]): ReadonlySet<string> {
  const known = useRef<Set<string> | null>(null);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const before = known.current;
    if (before) {
      const came = items.filter((row) => !before.has(row.id)).map((row) => row.id);
      if (came.length > 0) setFresh((now) => new Set([...now, ...came]));
    }
    known.current = new Set([...(before ?? []), ...items.map((row) => row.id)]);
  }, [items]);
  return fresh;
}
