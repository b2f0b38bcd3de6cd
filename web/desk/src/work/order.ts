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

/** Who stands in for a row that left the list: of those who stood below it the next that is still there, else the last above. */
export function standIn(before: readonly { id: string }[], gone: string, now: readonly { id: string }[]): string | null {
  const here = new Set(now.map((row) => row.id));
  const at = before.findIndex((row) => row.id === gone);
  if (at < 0) return null;
  return (before.slice(at + 1).find((row) => here.has(row.id)) ?? before.slice(0, at).findLast((row) => here.has(row.id)))?.id ?? null;
}

/** Whether a picked row stood in the list and left it. One that is awaited back, as after an undo, did not stand there. */
export function hasLeft(before: readonly { id: string }[], picked: string, now: readonly { id: string }[]): boolean {
  const stands = (rows: readonly { id: string }[]) => rows.some((row) => row.id === picked);
  return stands(before) && !stands(now);
}

/** How near the not-after day is: the bar at the row's right. */
export function heat(row: { overdue: boolean; not_after: string }, today: string): "overdue" | "last-day" | "soon" | "calm" {
  const last = row.not_after.slice(0, 10);
  if (row.overdue || last < today) return "overdue";
  if (last === today) return "last-day";
  const days = (Date.parse(last) - Date.parse(today)) / 86_400_000;
  return days <= 2 ? "soon" : "calm";
}

export const SNOOZES = ["hour", "afternoon", "tomorrow", "week"] as const;
export type SnoozeChoice = (typeof SNOOZES)[number];

/** The choices that lie ahead and not behind the last day, which the server refuses. */
export function snoozesUntil(notAfter: string, now: Date): SnoozeChoice[] {
  const end = new Date(`${notAfter.slice(0, 10)}T23:59:59.999`);
  return SNOOZES.filter((choice) => snoozeTo(choice, now) > now && snoozeTo(choice, now) <= end);
}

/** The instants that "snooze" offers, in the browser's clock. */
export function snoozeTo(choice: SnoozeChoice, now: Date): Date {
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

export type Sort = "order" | "value" | "until";
export type GroupKey = "overdue" | "timed" | "today";
export interface Group {
  readonly key: GroupKey | null;
  readonly rows: readonly TouchRow[];
}

/** The rows under their headings in the firm's order, or one list by value or by last day. */
export function grouped(rows: readonly TouchRow[], sort: Sort): Group[] {
  if (sort === "value") return [{ key: null, rows: [...rows].sort((a, b) => b.worth.minor - a.worth.minor) }];
  if (sort === "until") return [{ key: null, rows: [...rows].sort((a, b) => a.not_after.localeCompare(b.not_after)) }];
  const of = (row: TouchRow): GroupKey => (row.overdue ? "overdue" : row.at ? "timed" : "today");
  return (["overdue", "timed", "today"] as const).map((key) => ({ key, rows: rows.filter((row) => of(row) === key) })).filter((group) => group.rows.length > 0);
}

/**
 * The list as it may be drawn while a pointer rests on it: what is shown keeps its place and loses what is gone,
 * what came meanwhile waits. Nothing ever slides in under a finger.
 */
export function steady<T extends { id: string }>(shown: readonly string[], news: readonly T[], pointer: "over" | "away"): { rows: readonly T[]; waiting: number } {
  if (pointer === "away" || shown.length === 0) return { rows: news, waiting: 0 };
  const byId = new Map(news.map((row) => [row.id, row]));
  const rows = shown.map((id) => byId.get(id)).filter((row): row is T => row !== undefined);
  return { rows, waiting: news.length - rows.length };
}

/** Between these hours nobody is called (life insurance by telephone, 2013: no calls from 21:00 to 09:00). */
export const CALLS_FROM_HOUR = 9;
export const CALLS_UNTIL_HOUR = 21;

/** Whether now is an hour for calls, and whether its end is near. */
export function callHours(hour: number): "open" | "ending" | "closed" {
  if (hour < CALLS_FROM_HOUR || hour >= CALLS_UNTIL_HOUR) return "closed";
  return hour >= CALLS_UNTIL_HOUR - 2 ? "ending" : "open";
}

export function hourIn(zone: string, now: Date): number {
  return Number(new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hourCycle: "h23", timeZone: zone }).format(now));
}
