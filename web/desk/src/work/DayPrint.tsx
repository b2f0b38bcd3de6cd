/** My day on paper: who, why, until when, and room for what came of it. Only the printer sees it. */
import type { TouchRow } from "../frame/shapes";
import { usePreferences } from "../frame/preferences";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { Day, dayText } from "../parts/Day";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";

export function DayPrint({ rows, today }: { rows: readonly TouchRow[]; today: string }) {
  const words = useWords(workWords);
  const parts = useWords(partsWords);
  const { language } = usePreferences();
  const me = useMe();
  return (
    <table className="day-print">
      <caption>{words.myDay.printed(me.name, dayText(today, language, Number(today.slice(0, 4))))}</caption>
      <thead><tr><th>{words.board.customer}</th><th>{words.board.what}</th><th>{words.board.notAfter}</th><th>{words.myDay.printResult}</th><th>{words.myDay.printNote}</th></tr></thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td><b>{row.customer.name}</b><br />{wordFor(parts.tiers, row.customer.tier)}</td>
            <td>{row.at && `${row.at} `}{row.title} · {wordFor(parts.channels, row.channel)}<br /><small>{row.reason}</small></td>
            <td><Day day={row.not_after} weekday="plain" /></td>
            <td>□</td>
            <td />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
