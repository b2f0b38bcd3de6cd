/** Two texts, line by line: what goes, what comes. Marked by sign, not by colour alone. */
import { useMemo } from "react";
import { useWords } from "../frame/words";
import { planWords } from "../words/plan";
import { diffLines, hunks } from "./diff";

const SIGNS = { same: " ", gone: "−", new: "+" } as const;

export function DiffText({ before, after, label }: { before: string; after: string; label: string }) {
  const words = useWords(planWords);
  const lines = useMemo(() => hunks(diffLines(before, after)), [before, after]);
  if (before === after) return <p className="quiet">{words.noDifference}</p>;
  return (
    <div className="plan-diff mono" role="group" aria-label={label} tabIndex={0}>
      {lines.map((line, at) => (line ? <div key={at} className={line.kind}><span aria-hidden>{SIGNS[line.kind]}</span> {line.text}</div> : <div key={at} className="quiet">⋯</div>))}
    </div>
  );
}
