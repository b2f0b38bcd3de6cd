/** The head of My day: counts, kinds, order, and what hour it is for calls. */
import { PrinterOutlined } from "@ant-design/icons";
import { Button, Segmented, Select } from "antd";
import { useEffect, useState } from "react";
import type { MyDay as Day } from "../frame/shapes";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { workWords } from "../words/work";
import { CALLS_FROM_HOUR, CALLS_UNTIL_HOUR, callHours, hourIn, type Kind, type Sort } from "./order";

interface Props {
  readonly day: Day;
  readonly kept: number;
  readonly kind: Kind;
  readonly sort: Sort;
  readonly onFilter: (part: { kind?: Kind; sort?: Sort }) => void;
}

export function DayHead({ day, kept, kind, sort, onFilter }: Props) {
  const words = useWords(workWords).myDay;
  return (
    <header className="my-day-head">
      <h1 className="unseen">{words.title}</h1>
      <div className="my-day-counts" aria-live="polite">
        <span>{words.today}<strong>{day.counts.today}</strong></span>
        <span className={day.counts.overdue > 0 ? "risk" : ""}>{words.overdue}<strong>{day.counts.overdue}</strong></span>
        <span>{words.done}<strong>{day.counts.done}</strong></span>
        {kept > 0 && <span className="due">{words.keptCount}<strong>{kept}</strong></span>}
        <span className="grow" />
        <Button size="small" type="text" className="not-phone" icon={<PrinterOutlined />} aria-label={words.print} title={words.print} onClick={() => print()} />
      </div>
      <div className="row">
        <Segmented<Kind>
          size="small" value={kind} onChange={(next) => onFilter({ kind: next })}
          options={[{ value: "all", label: words.all }, { value: "calls", label: words.calls }, { value: "visits", label: words.visits }, { value: "messages", label: words.messages }]}
        />
        <span className="grow" />
        <Select<Sort>
          size="small" variant="borderless" value={sort} aria-label={words.sort} popupMatchSelectWidth={false} onChange={(next) => onFilter({ sort: next })}
          options={(["order", "value", "until"] as const).map((value) => ({ value, label: words.sorts[value] }))}
        />
      </div>
      <Hours />
    </header>
  );
}

const LOOK_EACH_MS = 60_000;

function Hours() {
  const words = useWords(workWords).myDay;
  const { time_zone } = useMe();
  const [hour, setHour] = useState(() => hourIn(time_zone, new Date()));
  useEffect(() => {
    const timer = setInterval(() => setHour(hourIn(time_zone, new Date())), LOOK_EACH_MS);
    return () => clearInterval(timer);
  }, [time_zone]);
  const hours = callHours(hour);
  if (hours === "open") return null;
  return <p className={`small ${hours === "closed" ? "due" : "quiet"}`} role="status">{hours === "closed" ? words.callsClosed(`${CALLS_FROM_HOUR}:00`) : words.callsUntil(`${CALLS_UNTIL_HOUR}:00`)}</p>;
}
