/** How much each person has today against what the person can do. */
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { useWords } from "../frame/words";
import { Shown } from "../parts/states";
import { workWords } from "../words/work";
import { loadQuery } from "./queries";

export function LoadBars({ unit, day }: { unit: string | undefined; day: string }) {
  const words = useWords(workWords).board;
  const load = useQuery(loadQuery(unit, day));
  return (
    <section>
      <h2>{words.load}</h2>
      <Shown of={load} lines={4}>
        {(items) => (
          <div className="load">
            {items.map((row) => (
              <Fragment key={row.staff_id}>
                <span className="one-line">{row.name}</span>
                <span className="load-bar"><i className={row.load > row.capacity ? "over" : ""} style={{ width: `${Math.min(100, (row.load * 100) / Math.max(row.capacity, 1))}%` }} /></span>
                <span>{words.loadOf(row.load, row.capacity)}</span>
                <span className={row.overdue > 0 ? "risk" : "quiet"}>{row.overdue > 0 ? words.overdueOf(row.overdue) : ""}</span>
              </Fragment>
            ))}
          </div>
        )}
      </Shown>
    </section>
  );
}
