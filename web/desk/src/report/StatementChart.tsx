/**
 * The statement as a picture: one bar for each line, what came of its work orders, the longest first. The title is the finding.
 * Plain boxes: a chart of one scale needs no library, and the table with every figure stands right below.
 */
import type { StatementRow } from "../frame/shapes";
import { useWords } from "../frame/words";
import { reportWords } from "../words/report";
import "./report.css";

const BARS_MAX = 12;

/** Each work order stands in exactly one part. */
export const PARTS = [
  { key: "done", of: (row: StatementRow) => row.done + row.verified },
  { key: "open", of: (row: StatementRow) => row.open + row.accepted + row.returned },
  { key: "lost", of: (row: StatementRow) => row.failed + row.expired },
] as const;

/** The share of work orders that are done, in percent; none where nothing was handed out. */
export function shareOf(row: StatementRow): number | null {
  return row.handed_out > 0 ? Math.round(((row.done + row.verified) * 100) / row.handed_out) : null;
}

/** Who is ahead and who is behind, among those with enough work orders to say so. */
export function finding(rows: readonly StatementRow[]): { best: StatementRow; worst: StatementRow } | null {
  const most = Math.max(0, ...rows.map((row) => row.handed_out));
  const judged = rows.filter((row) => row.handed_out > 0 && row.handed_out >= most / 10).sort((a, b) => (shareOf(b) ?? 0) - (shareOf(a) ?? 0));
  const [best, worst] = [judged[0], judged.at(-1)];
  return best && worst && best !== worst && shareOf(best) !== shareOf(worst) ? { best, worst } : null;
}

export function StatementChart({ rows, totals, onOpen }: { rows: readonly StatementRow[]; totals: StatementRow; onOpen: (row: StatementRow) => void }) {
  const words = useWords(reportWords).chart;
  const found = finding(rows);
  const drawn = [...rows].sort((a, b) => b.handed_out - a.handed_out).slice(0, BARS_MAX);
  const most = Math.max(1, ...drawn.map((row) => row.handed_out));
  return (
    <figure className="panel chart" aria-label={words.title}>
      <figcaption>
        <h2>{found ? words.finding(found.best.title, shareOf(found.best) ?? 0, found.worst.title, shareOf(found.worst) ?? 0) : words.all(shareOf(totals) ?? 0, totals.handed_out)}</h2>
        <ul className="chart-key">{PARTS.map(({ key }) => <li key={key}><i className={key} /> {words.parts[key]}</li>)}</ul>
      </figcaption>
      <div className="chart-bars">
        {drawn.map((row) => (
          <button key={row.key} type="button" className="chart-row" onClick={() => onOpen(row)} title={PARTS.map(({ key, of }) => `${words.parts[key]} ${of(row)}`).join(" · ")}>
            <span className="one-line">{row.title}</span>
            <span className="chart-track" aria-hidden>
              {PARTS.map(({ key, of }) => of(row) > 0 && <i key={key} className={key} style={{ width: `${(of(row) * 100) / most}%` }} />)}
            </span>
            <span className="figure">{words.bar(shareOf(row) ?? 0, row.handed_out)}</span>
          </button>
        ))}
      </div>
      {rows.length > drawn.length && <p className="quiet small">{words.more(rows.length - drawn.length)}</p>}
    </figure>
  );
}
