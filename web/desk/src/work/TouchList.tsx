/** The rows of My day: who, why, when, how hot; the bar at the right is the not-after day. */
import { useEffect, useRef } from "react";
import type { TouchRow } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { Money } from "../parts/Money";
import { Tier } from "../parts/badges";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { heat } from "./order";

interface Props {
  readonly rows: readonly TouchRow[];
  readonly chosen: string | null;
  readonly fresh: ReadonlySet<string>;
  readonly today: string;
  readonly onChoose: (id: string) => void;
}

export function TouchList({ rows, chosen, fresh, today, onChoose }: Props) {
  const words = useWords(workWords).myDay;
  const parts = useWords(partsWords);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div ref={list} role="list" aria-label={words.listLabel}>
      {rows.map((row) => (
        <div role="listitem" key={row.id}>
          <button type="button" className="touch-row" aria-current={row.id === chosen} onClick={() => onChoose(row.id)}>
            <span className={fresh.has(row.id) ? "fresh" : ""} title={fresh.has(row.id) ? words.freshDot : undefined} />
            <span className="when">{row.at ?? wordFor(parts.channels, row.channel)}</span>
            <span style={{ minWidth: 0 }}>
              <span className="row"><strong className="one-line">{row.customer.name}</strong>{row.customer.tier !== "ordinary" && <Tier tier={row.customer.tier} />}</span>
              <span className="what one-line" style={{ display: "block" }}>{row.title}</span>
            </span>
            <span className="worth">
              {row.worth && row.worth.minor > 0 && <Money amount={row.worth} cents="short" />}
              {row.overdue && <span className="risk" style={{ display: "block" }}>{words.overdue}</span>}
            </span>
            <span className={`bar ${heat(row, today)}`} />
          </button>
        </div>
      ))}
    </div>
  );
}
