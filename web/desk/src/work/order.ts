/** Which rows My day shows and where the reader goes next. Pure, so that keys can be tested without a screen. */
import type { TouchRow } from "../frame/shapes";

export type Kind = "all" | "calls" | "visits" | "messages";

export function kindOf(channel: string): Exclude<Kind, "all"> {
  if (channel === "phone") return "calls";
  return channel === "visit" ? "visits" : "messages";
}

export function ofKind(rows: readonly TouchRow[], kind: Kind): readonly TouchRow[] {
  return kind === "all" ? rows : rows.filter((row) => kindOf(row.channel) === kind);
}

/** The row `step` places from the chosen one; stays at the ends. */
export function moved(rows: readonly { id: string }[], chosen: string | null, step: 1 | -1): string | null {
  const at = rows.findIndex((row) => row.id === chosen);
  if (at < 0) return rows[0]?.id ?? null;
  return rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.id ?? null;
}

/** Who comes after a finished row: the next below, else the last above. */
export function after(rows: readonly { id: string }[], finished: string): string | null {
  const at = rows.findIndex((row) => row.id === finished);
  return rows[at + 1]?.id ?? rows[at - 1]?.id ?? null;
}

/** How near the not-after day is: the bar at the row's right. */
export function heat(row: { overdue: boolean; not_after: string }, today: string): "overdue" | "last-day" | "soon" | "calm" {
  const last = row.not_after.slice(0, 10);
  if (row.overdue || last < today) return "overdue";
  if (last === today) return "last-day";
  const days = (Date.parse(last) - Date.parse(today)) / 86_400_000;
  return days <= 2 ? "soon" : "calm";
}

/** The instants that "snooze" offers, in the browser's clock. */
export function snoozeTo(choice: "hour" | "afternoon" | "tomorrow" | "week", now: Date): Date {
  const then = new Date(now);
  if (choice === "hour") return new Date(now.getTime() + 3_600_000);
  if (choice === "afternoon") then.setHours(14, 0, 0, 0);
  else {
    const days = choice === "tomorrow" ? 1 : ((8 - now.getDay()) % 7) || 7;
    then.setDate(then.getDate() + days);
    then.setHours(10, 0, 0, 0);
  }
  return then;
}
