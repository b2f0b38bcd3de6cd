/** My day: the list in the right order, the customer, the touch with script and result (DESK.md 1). */
import { Button, Drawer } from "antd";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { MyDay as Day, TouchRow } from "../frame/shapes";
import { useKeys } from "../frame/keys";
import { late, lateOf } from "../frame/late";
import { useMe } from "../frame/session";
import { useTabTitle } from "../frame/tabs";
import { useWide } from "../frame/useWide";
import { useWords } from "../frame/words";
import { Shown } from "../parts/states";
import { workWords } from "../words/work";
import { CallSheet } from "./CallSheet";
import { CustomerPane } from "./CustomerPane";
import { DayHead } from "./DayHead";
import { DayPrint } from "./DayPrint";
import { NothingToday } from "./NothingToday";
import { after, grouped, type Kind, moved, ofKind, type Sort, steady } from "./order";
import { myDayQuery } from "./queries";
import { TouchList } from "./TouchList";
import { TouchPane } from "./TouchPane";
import { useChosen } from "./useChosen";
import "./work.css";

export function MyDay() {
  const words = useWords(workWords);
  const { today } = useMe();
  useTabTitle(words.myDay.title);
  // After midnight the list of the day before stays until the new one is there: nobody loses the note they are writing.
  const day = useQuery({ ...myDayQuery(today), placeholderData: keepPreviousData });
  return <Shown of={day} lines={12}>{(data) => <Panes day={data} today={today} />}</Shown>;
}

function Panes({ day, today }: { day: Day; today: string }) {
  const words = useWords(workWords);
  const me = useMe();
  const navigate = useNavigate();
  const { kind = "all", sort = "order" } = useSearch({ strict: false }) as { kind?: Kind; sort?: Sort };
  const room = useWide();
  const wide = room === "wide";
  const kept = lateOf(late.use(), me.id).waiting;
  const open = useMemo(() => day.items.filter((row) => !kept.some((one) => one.touch === row.id)), [day.items, kept]);
  const { groups, waiting, hold } = useSteady(open, kind, sort);
  const rows = useMemo(() => groups.flatMap((group) => group.rows), [groups]);
  const { row: chosen, gone, pick, isPicked } = useChosen(rows, day.items, room);
  const [sheet, showSheet] = useState<"call" | "result" | null>(null);
  const fresh = useFresh(day.items);
  const filter = (part: { kind?: Kind; sort?: Sort }) => {
    const next = { kind, sort, ...part };
    void navigate({ to: "/my-day", search: ((before: object) => ({ ...before, kind: next.kind === "all" ? undefined : next.kind, sort: next.sort === "order" ? undefined : next.sort })) as never, replace: true });
  };
  // The result sheet of a phone has keys of its own (TouchPane); those of the list lie behind it.
  useKeys(!wide && sheet === "result" ? [] : [
    { key: "J", does: words.keys.next, run: () => pick(moved(rows, chosen?.id ?? null, 1)), quiet: "quiet" },
    { key: "K", does: words.keys.previous, run: () => pick(moved(rows, chosen?.id ?? null, -1)), quiet: "quiet" },
    { key: "Enter", does: words.keys.open, run: () => chosen && void navigate({ to: `/customers/${chosen.customer.id}` }) },
    { key: "C", does: words.keys.call, run: () => chosen && showSheet("call") },
  ]);
  const finished = (row: TouchRow) => {
    // An answer that comes late takes nobody away from where they are by now.
    if (!isPicked(row.id)) return;
    showSheet(null);
    pick(wide ? after(rows, row.id) : null);
  };
  const touchPane = chosen && <TouchPane key={chosen.id} row={chosen} gone={gone} onGoOn={() => pick(chosen.id)} onFinished={finished} onUndone={(row) => pick(row.id)} />;
  return (
    <>
    <div className={`my-day ${chosen ? "chosen" : ""} ${rows.length === 0 ? "none" : ""}`}>
      <section>
        <DayHead day={day} kept={kept.length} kind={kind} sort={sort} onFilter={filter} />
        {waiting > 0 && <button type="button" className="my-day-news" onClick={() => hold("away")}>{words.myDay.cameIn(waiting)}</button>}
        {rows.length > 0 ? (
          <div onPointerEnter={(event) => event.pointerType === "mouse" && hold("over")} onPointerLeave={() => hold("away")}>
            <TouchList groups={groups} chosen={chosen?.id ?? null} fresh={fresh} today={today} onChoose={pick} />
          </div>
        ) : (
          <NothingToday day={day} kind={kind} onAll={() => filter({ kind: "all" })} />
        )}
      </section>
      {chosen && (
        <section>
          <CustomerPane key={chosen.customer.id} id={chosen.customer.id} touch={chosen} onBack={() => pick(null)} onCall={() => showSheet("call")} />
          {!wide && (
            <div className="my-day-acts">
              <Button size="large" block type="primary" onClick={() => showSheet("call")}>{words.touch.call}</Button>
              <Button size="large" block onClick={() => showSheet("result")}>{words.touch.result}</Button>
            </div>
          )}
        </section>
      )}
      {wide && rows.length > 0 && <section>{touchPane}</section>}
      {!wide && chosen && <Drawer open={sheet === "result"} rootClassName="keys-inside" placement="bottom" size="85%" title={`${chosen.customer.name} · ${chosen.title}`} onClose={() => showSheet(null)} styles={{ body: { padding: 0 } }}>{touchPane}</Drawer>}
      {chosen && sheet === "call" && <CallSheet customer={chosen.customer} reason={words.touch.callReason(chosen.title)} done={words.touch.callDone} onClose={() => showSheet(null)} onDone={() => showSheet(wide ? null : "result")} />}
    </div>
    <DayPrint rows={rows} today={today} />
    </>
  );
}

/** The rows as they may be drawn: nothing slides in while the pointer rests on the list. */
function useSteady(open: readonly TouchRow[], kind: Kind, sort: Sort) {
  const [pointer, hold] = useState<"over" | "away">("away");
  const shown = useRef<readonly string[]>([]);
  const view = useMemo(() => {
    const { rows, waiting } = steady(shown.current, open, pointer);
    return { groups: grouped(ofKind(rows, kind), sort), rows, waiting };
  }, [open, pointer, kind, sort]);
  useEffect(() => {
    shown.current = view.rows.map((row) => row.id);
  }, [view]);
  return { groups: view.groups, waiting: view.waiting, hold };
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
