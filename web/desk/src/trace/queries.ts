/** What the screens of traces ask. Every key begins with "trace", so that news of a trace makes all of it stale. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "../frame/api";
import type { components } from "../generated/api";

type Schemas = components["schemas"];
export type TraceRow = Schemas["TraceShape"];
export type TracePage = Schemas["TracePageShape"];
export type TraceStep = TracePage["steps"][number];
export type Accept = TraceStep["accepts"][number];
export type Evidence = TracePage["evidence"][number];

export interface TraceFilter {
  readonly state?: string;
  readonly lacking?: string;
}

export const tracesQuery = (filter: TraceFilter) =>
  infiniteQueryOptions({
    queryKey: ["trace", "list", filter],
    queryFn: ({ pageParam, signal }) => call("GET /traces", { query: { ...filter, cursor: pageParam, limit: 50 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });

export const customerTracesQuery = (id: string) =>
  queryOptions({ queryKey: ["trace", "customer", id], queryFn: ({ signal }) => call("GET /customers/{id}/traces", { path: { id }, signal }) });

export const traceQuery = (id: string) =>
  queryOptions({ queryKey: ["trace", "one", id], queryFn: ({ signal }) => call("GET /traces/{id}", { path: { id }, signal }) });
