/** The rows of My day: who, why, when, how hot; the bar at the right is the not-after day. */
import { useEffect, useRef } from "react";
import type { TouchRow } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { Money } from "../parts/Money";
import { Tier } from "../parts/badges";
import { useRoving } from "../parts/roving";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { type Group, heat } from "./order";

interface Props {
  readonly groups: readonly Group[];
  readonly chosen: string | null;
  readonly fresh: ReadonlySet<string>;
  readonly today: string;
  readonly onChoose: (id: string) => void;
}

export function TouchList({ groups, chosen, ...row }: Props) {
  const words = useWords(workWords).myDay;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const walk = useRoving(list, ".touch-row");
  const headed = groups.length > 1;
  return (
    <div ref={list} {...walk}>
      {groups.map((group) => (
        <section key={group.key ?? "all"} aria-label={group.key ? words.groups[group.key] : words.listLabel}>
          {headed && group.key && <h2 className={`my-day-group ${group.key === "overdue" ? "risk" : ""}`}>{words.groups[group.key]} <span>{group.rows.length}</span></h2>}
          <ul>{group.rows.map((one) => <li key={one.id}><Row row={one} chosen={one.id === chosen} {...row} /></li>)}</ul>
        </section>
      ))}
    </div>
  );
}

function Row({ row, chosen, fresh, today, onChoose }: Omit<Props, "groups" | "chosen"> & { row: TouchRow; chosen: boolean }) {
  const words = useWords(workWords).myDay;
  const parts = useWords(partsWords);
  const hot = heat(row, today);
  return (
    <button type="button" className="touch-row" aria-current={chosen} onClick={() => onChoose(row.id)}>
      <span className={fresh.has(row.id) ? "fresh" : ""} title={fresh.has(row.id) ? words.freshDot : undefined}>{fresh.has(row.id) && <span className="unseen">{words.freshDot}</span>}</span>
      <span className="when">{row.at ?? wordFor(parts.channels, row.channel)}</span>
      <span style={{ minWidth: 0 }}>
        <span className="row"><strong className="one-line">{row.customer.name}</strong>{row.customer.tier !== "ordinary" && <Tier tier={row.customer.tier} />}</span>
        <span className="what one-line">{row.title}</span>
      </span>
      <span className="worth">
        {row.worth && row.worth.minor > 0 && <Money amount={row.worth} cents="short" />}
        {hot !== "calm" && <span className={hot === "overdue" ? "risk" : "due"}>{words.heat[hot]}</span>}
      </span>
      <span className={`bar ${hot}`} />
    </button>
  );
}
