/** What is folded away under one line; it is drawn when somebody opens it, and then stays as it is. */
import { type ReactNode, useState } from "react";

export function Folded({ title, children }: { title: string; children: ReactNode }) {
  const [drawn, draw] = useState<"drawn" | "">("");
  return (
    <details className="small" onToggle={(event) => event.currentTarget.open && draw("drawn")}>
      <summary className="quiet" style={{ minHeight: 24 }}>{title}</summary>
      {drawn && children}
    </details>
  );
}
