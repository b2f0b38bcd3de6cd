/** How a trace stands, in one word. */
import { useWords, wordFor } from "../frame/words";
import { traceWords } from "../words/trace";
import type { TraceRow } from "./queries";

export function StateBadge({ row }: { row: Pick<TraceRow, "state" | "gaps" | "overdue"> }) {
  const words = useWords(traceWords);
  if (row.state !== "open") return <span className={row.state === "sold" ? "badge done" : "badge"}>{wordFor(words.states, row.state)}</span>;
  if (row.overdue) return <span className="badge risk">{words.overdue} · {words.gaps(row.gaps)}</span>;
  return row.gaps > 0 ? <span className="badge due">{words.gaps(row.gaps)}</span> : <span className="badge info">{words.noGaps}</span>;
}
