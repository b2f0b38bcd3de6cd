/** One record on one page: a head with acts, and columns of panels. */
import type { ReactNode } from "react";

export function RecordPage({ head, columns }: { head: ReactNode; columns: readonly { id: string; title: string; body: ReactNode }[] }) {
  return (
    <div className="record">
      <header className="record-head">{head}</header>
      <div className="record-columns">
        {columns.map((column) => (
          <section key={column.id} id={`column-${column.id}`} className="record-column" aria-label={column.title} tabIndex={-1}>{column.body}</section>
        ))}
      </div>
    </div>
  );
}
