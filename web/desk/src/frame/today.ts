/**
 * The firm's day while the desk stays open over midnight. At the firm's midnight, when the page is looked at again and when
 * the live line is whole again, the day is compared with the one that the server told; where they differ, it is asked again.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

/** The local day `YYYY-MM-DD` of an instant in a time zone. */
export function dayIn(zone: string, at: Date): string {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
}

const HOUR_MS = 3_600_000;
/** The longest day there is has 25 hours: the clocks go back. */
const NEXT_DAY_MS = 26 * HOUR_MS;

/** Until the next midnight of a time zone, to the second. Found by halving, so that days of 23 and 25 hours need no rule. */
export function msToMidnight(zone: string, now: Date): number {
  const today = dayIn(zone, now);
  let [before, after] = [now.getTime(), now.getTime() + NEXT_DAY_MS];
  while (after - before > 500) {
    const between = Math.floor((before + after) / 2);
    if (dayIn(zone, new Date(between)) === today) before = between;
    else after = between;
  }
  return after - now.getTime();
}

/** The server's clock may be a little behind this one: asked too early it says yesterday, and is asked again, but not for ever. */
const AGAIN_MS = 60_000;
const AGAIN_MAX = 10;

interface Told {
  readonly today: string;
  readonly time_zone: string;
}

/** Watches the day until the returned function is called. `told` is what the server said last, `ask` asks it again. */
export function watchDay(told: () => Told | null | undefined, ask: () => Promise<unknown>): { readonly look: () => void; readonly stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  let stopped = false;
  const differs = () => {
    const now = told();
    return now ? dayIn(now.time_zone, new Date()) !== now.today : false;
  };
  const arm = () => {
    clearTimeout(timer);
    const now = told();
    if (stopped || !now) return;
    if (!differs()) asked = 0;
    timer = setTimeout(look, differs() && asked < AGAIN_MAX ? AGAIN_MS : msToMidnight(now.time_zone, new Date()) + 1_000);
  };
  const look = () => {
    if (!differs()) return arm();
    asked += 1;
    void ask().finally(arm);
  };
  arm();
  return {
    look,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
