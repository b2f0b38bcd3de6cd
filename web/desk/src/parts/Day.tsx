/** Days and instants as people here write them: `11月30日 周一`, `Mon 30 Nov`; relative within a day. */
import { type Language, usePreferences } from "../frame/preferences";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";

const WEEKDAYS = { zh: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"], en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] } as const;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** A local day `YYYY-MM-DD` in words; the year only when it is not this one. */
export function dayText(day: string, language: Language, thisYear: number, weekday: "weekday" | "plain" = "weekday"): string {
  const [y, m, d] = day.split("-").map(Number) as [number, number, number];
  const name = WEEKDAYS[language][new Date(Date.UTC(y, m - 1, d)).getUTCDay()]!;
  if (language === "zh") {
    const text = `${y === thisYear ? "" : `${y}年`}${m}月${d}日`;
    return weekday === "weekday" && y === thisYear ? `${text} ${name}` : text;
  }
  const text = `${d} ${MONTHS[m - 1]}${y === thisYear ? "" : ` ${y}`}`;
  return weekday === "weekday" && y === thisYear ? `${name} ${text}` : text;
}

export function clock(at: Date): string {
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** The local day of an instant. */
export function dayOf(at: Date): string {
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
}

export function daysLater(day: string, days: number): string {
  const [y, m, d] = day.split("-").map(Number) as [number, number, number];
  return new Date(Date.UTC(y, m - 1, d + days)).toISOString().slice(0, 10);
}

/** A local day in the reader's words, for a sentence. */
export function useDayText(): (day: string) => string {
  const { language } = usePreferences();
  return (day) => dayText(day, language, new Date().getFullYear(), "plain");
}

export function Day({ day, weekday }: { day: string | null | undefined; weekday?: "weekday" | "plain" }) {
  const { language } = usePreferences();
  const words = useWords(partsWords);
  if (!day) return <span className="quiet">{words.dash}</span>;
  return <time dateTime={day} style={{ whiteSpace: "nowrap" }}>{dayText(day.slice(0, 10), language, new Date().getFullYear(), weekday)}</time>;
}

/** An instant: relative within a day, else day and clock. */
export function Ago({ at }: { at: string | null | undefined }) {
  const { language } = usePreferences();
  const words = useWords(partsWords);
  if (!at) return <span className="quiet">{words.dash}</span>;
  const then = new Date(at);
  const minutes = Math.floor((Date.now() - then.getTime()) / 60_000);
  const full = `${dayText(dayOf(then), language, new Date().getFullYear(), "plain")} ${clock(then)}`;
  const near = minutes < 0 ? full : minutes < 60 ? words.minutesAgo(minutes) : minutes < 24 * 60 ? words.hoursAgo(Math.floor(minutes / 60)) : full;
  return <time dateTime={at} title={full} style={{ whiteSpace: "nowrap" }}>{near}</time>;
}
