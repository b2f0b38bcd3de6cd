/** One record on one page: a head with acts, and columns of panels. */
import type { ReactNode } from "react";
import { useWide } from "../frame/useWide";

export function RecordPage({ head, columns }: { head: ReactNode; columns: readonly { id: string; title: string; body: ReactNode }[] }) {
  // On a phone the middle one is read first, so it stands first: the focus goes as one reads.
  const drawn = useWide() === "wide" ? columns : [...columns.slice(1, 2), ...columns.filter((_, i) => i !== 1)];
  return (
    <div className="record">
      <header className="record-head">{head}</header>
      <div className="record-columns">
        {drawn.map((column) => (
          <section key={column.id} id={`column-${column.id}`} className="record-column" aria-label={column.title} tabIndex={-1}>{column.body}</section>
        ))}
      </div>
    </div>
  );
}
