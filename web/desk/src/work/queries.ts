/** What the work screens ask the server. Every key begins with "work", so that news of a touch makes all of it stale. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "../frame/api";
import type { MyDay, TouchPage } from "../frame/shapes";
import { isBroken, keepDay, keepTouch, recallDay, recallTouch } from "./shelf";

/** Today's own list, kept for reading while the line is lost (masked numbers only; gone at sign-out). */
export const myDayQuery = (day: string) =>
  queryOptions({
    queryKey: ["work", "my-day", day],
    queryFn: ({ signal }): Promise<MyDay> => read(() => call("GET /my-day", { query: { day }, signal }), keepDay, () => recallDay(day)),
  });

/** One work order with its words. Without a line: as it was last opened, or what the list knows. */
export const touchQuery = (id: string) =>
  queryOptions({
    queryKey: ["work", "touch", id],
    queryFn: ({ signal }): Promise<TouchPage> => read(() => call("GET /touches/{id}", { path: { id }, signal }), keepTouch, () => recallTouch(id)),
  });

/** Asks and keeps the answer; while the line is lost the kept one stands in. */
async function read<T>(ask: () => Promise<T>, keep: (answer: T) => void, recall: () => T | null): Promise<T> {
  try {
    const answer = await ask();
    keep(answer);
    return answer;
  } catch (thrown) {
    const kept = isBroken(thrown) ? recall() : null;
    if (kept) return kept;
    throw thrown;
  }
}

export const boardQuery = (unit: string | undefined, group: string, batch?: string) =>
  queryOptions({ queryKey: ["work", "board", unit ?? "", group, batch ?? ""], queryFn: ({ signal }) => call("GET /board", { query: { unit, group, batch }, signal }) });

export const teamQuery = (unit: string | undefined) =>
  queryOptions({ queryKey: ["work", "team", unit ?? ""], queryFn: ({ signal }) => call("GET /board/team", { query: { unit }, signal }), retry: false });

export const loadQuery = (unit: string | undefined, day: string) =>
  queryOptions({ queryKey: ["work", "load", unit ?? "", day], queryFn: ({ signal }) => call("GET /board/load", { query: { unit, day }, signal }) });

export interface TouchFilter { readonly state?: string; readonly unit?: string; readonly owner?: string; readonly batch?: string; readonly plan?: string; readonly due?: string; readonly sample?: "drawn" }

export const touchesQuery = (filter: TouchFilter) =>
  infiniteQueryOptions({
    queryKey: ["work", "touches", filter],
    queryFn: ({ pageParam, signal }) => call("GET /touches", { query: { ...filter, cursor: pageParam || undefined, limit: 100 }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  });

/** A column of the board from its top, in steps. Not from behind its first rows: those change, and would begin it anew each time. */
export const columnQuery = (filter: TouchFilter) =>
  infiniteQueryOptions({
    queryKey: ["work", "column", filter],
    queryFn: ({ pageParam, signal }) => call("GET /touches", { query: { ...filter, cursor: pageParam || undefined, limit: 50 }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  });
