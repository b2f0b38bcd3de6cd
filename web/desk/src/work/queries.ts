/** What the work screens ask the server. Every key begins with "work", so that news of a touch makes all of it stale. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "../frame/api";
import { ApiProblem } from "../frame/problem";
import type { MyDay, OutcomeCode, TouchPage } from "../frame/shapes";
import { OWN } from "../frame/store";

const DAY = `${OWN}my-day`;
const CODES = `${OWN}outcome-codes.`;
const broken = (thrown: unknown) => thrown instanceof ApiProblem && (thrown.status === 0 || thrown.status >= 502);

/** Today's own list, kept for reading while the line is lost (masked numbers only; gone at sign-out). */
export const myDayQuery = (day: string) =>
  queryOptions({
    queryKey: ["work", "my-day", day],
    queryFn: async ({ signal }): Promise<MyDay> => {
      try {
        const answer = await call("GET /my-day", { query: { day }, signal });
        keep(DAY, answer);
        return answer;
      } catch (thrown) {
        const was = recall<MyDay>(DAY);
        if (broken(thrown) && was?.day === day) return was;
        throw thrown;
      }
    },
  });

/** One work order with its words. Without a line: what the list knows, and the outcome codes of its kind. */
export const touchQuery = (id: string) =>
  queryOptions({
    queryKey: ["work", "touch", id],
    queryFn: async ({ signal }): Promise<TouchPage> => {
      try {
        const page = await call("GET /touches/{id}", { path: { id }, signal });
        keep(CODES + page.touch.business_type, page.outcome_codes);
        return page;
      } catch (thrown) {
        const touch = recall<MyDay>(DAY)?.items.find((row) => row.id === id);
        const outcome_codes = touch && recall<OutcomeCode[]>(CODES + touch.business_type);
        if (broken(thrown) && touch && outcome_codes) return { touch, outcome_codes, templates: [], history: [] };
        throw thrown;
      }
    },
  });

function keep(place: string, value: unknown): void {
  try {
    localStorage.setItem(place, JSON.stringify(value));
  } catch {
    // A full browser reads nothing offline and loses nothing else.
  }
}

function recall<T>(place: string): T | null {
  try {
    const text = localStorage.getItem(place);
    return text ? (JSON.parse(text) as T) : null;
  } catch {
    // What cannot be read (any more) is as if it had not been kept.
    return null;
  }
}

export const boardQuery = (unit: string | undefined, group: string) =>
  queryOptions({ queryKey: ["work", "board", unit ?? "", group], queryFn: ({ signal }) => call("GET /board", { query: { unit, group }, signal }) });

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
