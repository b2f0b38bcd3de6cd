/** What the work screens ask the server. Every key begins with "work", so that news of a touch makes all of it stale. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "../frame/api";

export const myDayQuery = (day: string) => queryOptions({ queryKey: ["work", "my-day", day], queryFn: ({ signal }) => call("GET /my-day", { query: { day }, signal }) });

export const touchQuery = (id: string) => queryOptions({ queryKey: ["work", "touch", id], queryFn: ({ signal }) => call("GET /touches/{id}", { path: { id }, signal }) });

export const boardQuery = (unit: string | undefined, group: string) =>
  queryOptions({ queryKey: ["work", "board", unit ?? "", group], queryFn: ({ signal }) => call("GET /board", { query: { unit, group }, signal }) });

export const loadQuery = (unit: string | undefined, day: string) =>
  queryOptions({ queryKey: ["work", "load", unit ?? "", day], queryFn: ({ signal }) => call("GET /board/load", { query: { unit, day }, signal }) });

export interface TouchFilter { readonly state?: string; readonly unit?: string; readonly owner?: string; readonly batch?: string; readonly plan?: string; readonly due?: string }

export const touchesQuery = (filter: TouchFilter) =>
  infiniteQueryOptions({
    queryKey: ["work", "touches", filter],
    queryFn: ({ pageParam, signal }) => call("GET /touches", { query: { ...filter, cursor: pageParam || undefined, limit: 100 }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  });
