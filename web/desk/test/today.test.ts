/** The firm's day while the desk stays open: its midnight, wherever the browser is, and what happens then. */
import { afterEach, expect, test, vi } from "vitest";
import { dayIn, msToMidnight, watchDay } from "../src/frame/today";

const HOUR_MS = 3_600_000;
const hours = (zone: string, at: string) => Math.round((msToMidnight(zone, new Date(at)) / HOUR_MS) * 1000) / 1000;

test("the day is that of the firm, not of the browser", () => {
  const at = new Date("2026-11-29T16:30:00Z");
  expect([dayIn("Asia/Shanghai", at), dayIn("UTC", at), dayIn("America/New_York", at)]).toEqual(["2026-11-30", "2026-11-29", "2026-11-29"]);
  expect(dayIn("Asia/Shanghai", new Date("2026-12-31T16:00:00Z"))).toBe("2027-01-01");
});

test("until midnight, also on the days of 23 and 25 hours", () => {
  expect(hours("Asia/Shanghai", "2026-11-29T15:00:00Z")).toBe(1);
  expect(hours("Asia/Shanghai", "2026-11-29T16:00:00Z")).toBe(24);
  // New York: 8 March has 23 hours, 1 November has 25.
  expect(hours("America/New_York", "2026-03-08T05:00:00Z")).toBe(23);
  expect(hours("America/New_York", "2026-11-01T04:00:00Z")).toBe(25);
});

test("the end found lies in the next day, and not a second later than it must", () => {
  const now = new Date("2026-11-29T15:59:58.300Z");
  const then = new Date(now.getTime() + msToMidnight("Asia/Shanghai", now));
  expect(dayIn("Asia/Shanghai", then)).toBe("2026-11-30");
  expect(then.getTime()).toBeLessThan(Date.parse("2026-11-29T16:00:01Z"));
});

afterEach(() => vi.useRealTimers());

/** A desk in Shanghai at an instant; the server says the day of `server()`. */
function desk(at: string, server = () => dayIn("Asia/Shanghai", new Date())) {
  vi.useFakeTimers({ now: new Date(at) });
  let told = { today: server(), time_zone: "Asia/Shanghai" };
  const ask = vi.fn(() => {
    told = { ...told, today: server() };
    return Promise.resolve();
  });
  return { ask, told: () => told, tell: (today: string) => (told = { ...told, today }), ...watchDay(() => told, ask) };
}

test("at midnight the day is asked once, and at the next midnight again", async () => {
  const { ask, told, stop } = desk("2026-11-29T15:00:00Z");
  await vi.advanceTimersByTimeAsync(HOUR_MS - 5_000);
  expect(ask).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([ask.mock.calls.length, told().today]).toEqual([1, "2026-11-30"]);
  await vi.advanceTimersByTimeAsync(24 * HOUR_MS);
  expect([ask.mock.calls.length, told().today]).toEqual([2, "2026-12-01"]);
  stop();
  await vi.advanceTimersByTimeAsync(48 * HOUR_MS);
  expect(ask).toHaveBeenCalledTimes(2);
});

test("a server whose clock is behind is asked again, but not for ever", async () => {
  const behind = desk("2026-11-29T15:59:30Z", () => dayIn("Asia/Shanghai", new Date(Date.now() - 90_000)));
  await vi.advanceTimersByTimeAsync(180_000);
  expect(behind.told().today).toBe("2026-11-30");
  behind.stop();
  const wrong = desk("2026-11-29T15:59:30Z", () => "2015-01-01");
  await vi.advanceTimersByTimeAsync(5 * HOUR_MS);
  expect(wrong.ask.mock.calls.length).toBeLessThanOrEqual(12);
  wrong.stop();
});

test("a look at the page asks where the day is another one, and only there", async () => {
  const { ask, look, tell, stop } = desk("2026-11-30T02:00:00Z");
  look();
  expect(ask).not.toHaveBeenCalled();
  // A computer that slept over midnight.
  tell("2026-11-29");
  look();
  await vi.advanceTimersByTimeAsync(0);
  expect(ask).toHaveBeenCalledTimes(1);
  stop();
});
