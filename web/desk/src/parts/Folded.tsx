/** What is folded away under one line. It is drawn too, with what is read second: a browser finds only what is there, and opens it for that. */
import type { ReactNode } from "react";
import { Afterwards } from "./later";

export function Folded({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="small">
      <summary className="quiet" style={{ minHeight: 24 }}>{title}</summary>
      <Afterwards>{children}</Afterwards>
    </details>
  );
}
