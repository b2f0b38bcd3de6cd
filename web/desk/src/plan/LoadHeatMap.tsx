/**
 * Rows × days: how full each day of each person, unit or channel is. A table, so that it reads without colour:
 * each cell holds its number, and a day beyond what can be done is bold and underlined too.
 */
import { Button } from "antd";
import { useState } from "react";
import { usePreferences } from "../frame/preferences";
import { useWords } from "../frame/words";
import { daysLater, dayText } from "../parts/Day";
import { planWords } from "../words/plan";

export interface LoadRow {
  readonly id: string;
  readonly name: string;
  /** Where the row belongs, shown when pointed at. */
  readonly note?: string;
  /** How much a day holds; none where nothing limits it. */
  readonly capacity?: number;
  readonly load: readonly number[];
}

const FIRST = 12;

export function LoadHeatMap({ from, days, rows, head }: { from: string; days: number; rows: readonly LoadRow[]; head: string }) {
  const words = useWords(planWords).rehearsal;
  const { language } = usePreferences();
  const [shown, show] = useState(FIRST);
  const thisYear = Number(from.slice(0, 4));
  const heads = Array.from({ length: days }, (_, ahead) => daysLater(from, ahead));
  const most = rows.reduce((peak, row) => Math.max(peak, ...row.load), 1);
  return (
    <>
      <div className="heat" role="region" aria-label={words.map} tabIndex={0}>
        <table>
          <thead>
            <tr><th scope="col" rowSpan={2}>{head}</th>{months(heads, language).map((month) => <th key={month.key} scope="colgroup" className="month" colSpan={month.days}><span>{month.name}</span></th>)}</tr>
            <tr>{heads.map((day) => <th key={day} scope="col" title={dayText(day, language, thisYear)} className={weekend(day) ? "off" : ""}>{Number(day.slice(8))}</th>)}</tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row) => (
              <tr key={row.id}>
                <th scope="row" title={row.note}><span className="one-line">{row.name}</span> {row.capacity !== undefined && <span className="quiet">/{row.capacity}</span>}</th>
                {row.load.map((load, i) => <Cell key={heads[i]} load={load} full={row.capacity ?? most} limited={row.capacity !== undefined} />)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown && <Button size="small" onClick={() => show(rows.length)}>{words.moreRows(rows.length - shown)}</Button>}
    </>
  );
}

function Cell({ load, full, limited }: { load: number; full: number; limited: boolean }) {
  const share = load / Math.max(full, 1);
  const tone = !limited ? "" : load > full ? "over" : share > 0.8 ? "full" : "";
  return <td className={tone} style={{ "--share": `${Math.round(Math.min(share, 1) * 60)}%` } as React.CSSProperties}>{load > 0 ? load : ""}</td>;
}

function months(days: readonly string[], language: string) {
  const all: { key: string; name: string; days: number }[] = [];
  for (const day of days) {
    const key = day.slice(0, 7);
    const last = all.at(-1);
    if (last?.key === key) last.days += 1;
    else all.push({ key, name: language === "zh" ? `${Number(day.slice(5, 7))}月` : new Date(`${day}T00:00:00`).toLocaleDateString("en-GB", { month: "short" }), days: 1 });
  }
  return all;
}

function weekend(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`).getUTCDay();
  return at === 0 || at === 6;
}
