/** What publishing changes in each person's load: asked with the text, told as sums and signs. */
import { queryOptions } from "@tanstack/react-query";
import { type Answer, call } from "../frame/api";

export type LoadDifference = Answer<"POST /plans/load-difference">;

/** The first days: what is near is what people feel, and it is there before a reason is written. */
export const DAYS = 7;

const KEPT_MS = 60_000;

export const differenceQuery = (text: string) =>
  queryOptions({
    queryKey: ["plan", "compared", text],
    // With its signal: a dialog that is closed asks no server to go on.
    queryFn: ({ signal }) => call("POST /plans/load-difference", { body: { text, days: DAYS }, signal }),
    staleTime: KEPT_MS,
  });

/** How many days are done, of how many, by news such as `3/14`; none that speaks of anything else. */
export function progressOf(name: string, news: { readonly kind?: string; readonly id?: string | null }): { done: number; all: number } | null {
  if (name !== "plan" || news.kind !== "compared") return null;
  const [done, all] = (news.id ?? "").split("/").map(Number);
  return done !== undefined && all !== undefined && all > 0 && Number.isFinite(done) ? { done, all } : null;
}

export const sum = (load: readonly number[]) => load.reduce((before, one) => before + one, 0);

/** A difference with its sign; a minus is a minus and no hyphen. */
export function signed(by: number, text: (figure: number) => string): string {
  return by === 0 ? "±0" : `${by > 0 ? "+" : "−"}${text(Math.abs(by))}`;
}

export interface Change {
  readonly before: number;
  readonly after: number;
  readonly by: number;
  /** The fullest day once it is published. */
  readonly fullest: number;
  /** Whether that day is more than the person can do. */
  readonly load: "within" | "beyond";
}

/** What changes for one person. */
export function changeOf(person: Pick<LoadDifference["people"][number], "before" | "after" | "capacity">): Change {
  const [before, after] = [sum(person.before), sum(person.after)];
  const fullest = person.after.reduce((most, one) => Math.max(most, one), 0);
  return { before, after, by: after - before, fullest, load: fullest > person.capacity ? "beyond" : "within" };
}
