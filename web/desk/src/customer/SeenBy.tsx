/** Who looked at the customer lately, from the ledger: each person once, with how often and when the last time was. */
import { Button } from "antd";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TimelineItem } from "../frame/shapes";
import { useWords } from "../frame/words";
import { Ago } from "../parts/Day";
import { Shown } from "../parts/states";
import { customerWords } from "../words/customer";
import { storyQuery } from "./queries";

export interface Seen {
  readonly id: string;
  readonly name: string;
  readonly times: number;
  readonly last: string;
  readonly opened: "opened" | "";
  /** Shown as likely the same: beside a row of a file, or beside another record. */
  readonly compared: "compared" | "";
}

/** Newest first in, newest first out. */
export function seenBy(items: readonly TimelineItem[]): Seen[] {
  const people = new Map<string, Seen>();
  for (const { actor, at, kind } of items) {
    if (!actor) continue;
    const before = people.get(actor.id);
    people.set(actor.id, {
      id: actor.id, name: actor.name, times: (before?.times ?? 0) + 1, last: before?.last ?? at,
      opened: kind === "unmasked" ? "opened" : (before?.opened ?? ""), compared: kind === "compared" ? "compared" : (before?.compared ?? ""),
    });
  }
  return [...people.values()];
}

export function SeenBy({ id }: { id: string }) {
  const words = useWords(customerWords).page;
  // Asked for when it is opened: nobody looks at it each day.
  const [open, setOpen] = useState<"open" | "">("");
  const seen = useInfiniteQuery({ ...storyQuery(id, "seen"), enabled: open === "open" });
  return (
    <details className="seen-by" onToggle={(event) => setOpen(event.currentTarget.open ? "open" : "")}>
      <summary>{words.seenBy}</summary>
      {open && (
        <Shown of={seen} lines={3}>
          {(data) => {
            const people = seenBy(data.pages.flatMap((page) => page.items));
            if (people.length === 0) return <p className="quiet small">{words.seenNobody}</p>;
            return (
              <>
                <ul className="holds">
                  {people.map((one) => <li key={one.id}><span>{one.name} {one.opened && <span className="due small">{words.opened}</span>} {one.compared && <span className="quiet small">{words.compared}</span>}</span><span className="quiet">{words.seenTimes(one.times)}</span><span className="quiet"><Ago at={one.last} /></span></li>)}
                </ul>
                {seen.hasNextPage && <p className="quiet small">{words.seenSince} <Button size="small" type="link" loading={seen.isFetchingNextPage} onClick={() => void seen.fetchNextPage()}>{words.more}</Button></p>}
              </>
            );
          }}
        </Shown>
      )}
    </details>
  );
}
