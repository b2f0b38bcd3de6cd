/** Nothing is asked by the clock: what changes is told by the event stream (frame/live.ts). */
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { askAgain } from "../src/frame/live";

const texts = import.meta.glob<string>(["../src/**/*.{ts,tsx}", "!../src/generated/**"], { query: "?raw", import: "default", eager: true });

test("no query asks again by the clock", () => {
  expect(Object.keys(texts).length).toBeGreaterThan(100);
  expect(Object.keys(texts).filter((file) => /refetchInterval/.test(texts[file]!))).toEqual([]);
});

test("no timer leads to a question", () => {
  const timers = Object.keys(texts).filter((file) => /\bsetInterval\(/.test(texts[file]!));
  // Presence says that this tab lives; the day's head looks at the clock; a toast counts its seconds down.
  expect(timers.map((file) => file.split("/").at(-1)).sort()).toEqual(["DayHead.tsx", "UndoToast.tsx", "presence.ts"]);
});

/** A question whose answers are given by hand, in their order. */
function question() {
  const client = new QueryClient();
  const answers: ((state: string) => void)[] = [];
  const asked = new QueryObserver(client, { queryKey: ["intake", "check", "upl_1"], queryFn: () => new Promise<string>((give) => answers.push(give)) });
  const stop = asked.subscribe(() => undefined);
  const rest = () => new Promise((go) => setTimeout(go, 5));
  return { client, answers, asked, stop, rest };
}

test("news that come while the first answer is under way are not lost", async () => {
  const { client, answers, asked, stop, rest } = question();
  void askAgain(client, ["intake", "check"]);
  answers[0]!("running");
  await rest();
  expect(answers.length).toBe(2);
  answers[1]!("done");
  await rest();
  expect(asked.getCurrentResult().data).toBe("done");
  stop();
});

test("news that come faster than answers still let the answers through", async () => {
  const { client, answers, asked, stop, rest } = question();
  answers[0]!("0 rows");
  await rest();
  for (let i = 0; i < 5; i += 1) void askAgain(client, ["intake"]);
  expect(answers.length).toBe(2);
  answers[1]!("4,000 rows");
  await rest();
  expect(asked.getCurrentResult().data).toBe("4,000 rows");
  expect(answers.length).toBe(3);
  stop();
});
