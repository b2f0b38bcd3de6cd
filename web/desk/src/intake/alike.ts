/** Rows that are like somebody: what is asked, what a person may decide about each, and what happens where nobody does. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { call } from "../frame/api";
import { asProblem } from "../frame/problem";
import type { AlikeRow } from "../frame/shapes";
import type { checkBody, Draft, RowChoice } from "./draft";

/** Each page reads the file once more, and a person looks at a few rows at a time. */
const ROWS = 20;

/** Stands under the check of its file, and goes with it. */
export const alikeQuery = (upload: string, body: ReturnType<typeof checkBody>) =>
  infiniteQueryOptions({
    queryKey: ["intake", "check", upload, "alike", JSON.stringify(body)],
    queryFn: ({ pageParam, signal }) => call("POST /uploads/{id}/alike", { path: { id: upload }, query: { cursor: pageParam || undefined, limit: ROWS }, body, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  });

/** Whether one was shown as many customers today as one person may be: nobody more is, and the file goes in by the rule for all. */
export const isSpent = (thrown: unknown): boolean => asProblem(thrown).code === "look_ups_spent";

/** One of the things that may happen to a row. */
export interface Way {
  readonly key: string;
  readonly choice: RowChoice;
  /** Of those whom the row is like, the one that it is taken for. */
  readonly with?: AlikeRow["others"][number];
}

const NEW = "new";
const OUT = "out";
const keyOf = (other: AlikeRow["others"][number]) => (other.customer_id ? `is:${other.customer_id}` : `is:row:${other.row ?? ""}`);

/** What may be decided about a row: the same person as one of those, a new one, or nobody at all. */
export function waysOf(row: AlikeRow): Way[] {
  const same = row.others.map((other): Way => ({
    key: keyOf(other), with: other,
    choice: other.customer_id ? { row: row.row, deed: "merge", customer_id: other.customer_id } : { row: row.row, deed: "merge", same_as_row: other.row ?? undefined },
  }));
  return [...same, { key: NEW, choice: { row: row.row, deed: "keep" } }, { key: OUT, choice: { row: row.row, deed: "skip" } }];
}

/** What happens to a row where nobody decides: the rule is about those only who are surely the same. */
export function byRule(row: AlikeRow, rule: Draft["onDuplicate"]): string {
  const same = row.others.find((other) => other.is_same);
  if (!same || rule === "keep") return NEW;
  return rule === "skip" ? OUT : keyOf(same);
}

/** Which way was decided; none where nobody did, or where the one who was named is not there any more. */
export function decided(row: AlikeRow, choices: readonly RowChoice[]): string | null {
  const choice = choices.find((one) => one.row === row.row);
  if (!choice) return null;
  const way = waysOf(row).find((one) => one.choice.deed === choice.deed && one.choice.customer_id === choice.customer_id && one.choice.same_as_row === choice.same_as_row);
  return way?.key ?? null;
}
