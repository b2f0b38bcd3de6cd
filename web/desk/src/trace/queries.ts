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

export type ProcessRow = Schemas["ProcessShape"];
export type ProcessPage = Schemas["ProcessPageShape"];

export const processesQuery = queryOptions({ queryKey: ["trace", "processes"], queryFn: ({ signal }) => call("GET /processes", { signal }) });

/** A version of a process; the newest if none is named. */
export const processQuery = (key: string, version?: number) =>
  queryOptions({ queryKey: ["trace", "process", key, version ?? "newest"], queryFn: ({ signal }) => call("GET /processes/{key}", { path: { key }, query: { version }, signal }) });
