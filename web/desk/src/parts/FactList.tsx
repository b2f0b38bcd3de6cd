/** Names and values, one below the other, with room for an act at the value. */
import type { ReactNode } from "react";
import "./parts.css";

export interface FactLine {
  readonly key: string;
  readonly title: ReactNode;
  readonly value: ReactNode;
}

export function FactList({ facts }: { facts: readonly FactLine[] }) {
  return (
    <dl className="facts">
      {facts.map((fact) => [<dt key={`${fact.key} t`}>{fact.title}</dt>, <dd key={fact.key}>{fact.value}</dd>])}
    </dl>
  );
}
