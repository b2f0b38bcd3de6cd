/** What the screens of batches ask. How far an import or a check is comes as news (frame/live.ts): nothing is asked by the clock. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "../frame/api";
import type { BatchPage, Page, ProblemKind, UploadCheck } from "../frame/shapes";
import { everyRow } from "../org/useOrg";
import { cellsOf } from "./cells";

export const batchesQuery = infiniteQueryOptions({
  queryKey: ["intake", "batches", "pages"],
  queryFn: async ({ pageParam, signal }) => (await call("GET /batches", { query: { cursor: pageParam || undefined }, signal })) as unknown as Page<BatchPage>,
  initialPageParam: "",
  getNextPageParam: (last) => last.next,
});

/**
 * Every batch, newest first, for whoever chooses among them: the choice must not end with the first page. Not under
 * "batches", which every step of an import makes stale: a batch that comes or goes does so here too.
 */
export const batchChoicesQuery = queryOptions({
  queryKey: ["intake", "batch-choices"],
  queryFn: async ({ signal }) => everyRow(async (cursor) => (await call("GET /batches", { query: { cursor, limit: 200 }, signal })) as unknown as Page<BatchPage>),
  staleTime: 300_000,
});

export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: ["intake", "batch", id],
    queryFn: async ({ signal }) => (await call("GET /batches/{id}", { path: { id }, signal })) as unknown as BatchPage,
  });

/** How the work orders of a batch stand. News of a work order makes it stale with the batch. */
export const batchSumsQuery = (id: string) =>
  queryOptions({ queryKey: ["intake", "batch", id, "work"], queryFn: ({ signal }) => call("GET /statements", { query: { by: "batch", batch: id }, signal }) });

/** How many customers a batch has in the reader's part of the firm, and how many of them have no work order of it yet. It is counted over the whole batch: news of a single work order does not ask for it again, news of the batch and handing out do. */
export const inBatchQuery = (id: string) =>
  queryOptions({ queryKey: ["intake", "in-batch", id], queryFn: ({ signal }) => call("GET /batches/{id}/hand-out", { path: { id }, signal }) });

export const batchProblemsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["intake", "batch", id, "problems"],
    queryFn: ({ pageParam, signal }) => call("GET /batches/{id}/problems", { path: { id }, query: { cursor: pageParam || undefined }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  });

export const checkQuery = (upload: string) =>
  queryOptions({
    queryKey: ["intake", "check", upload],
    queryFn: async ({ signal }) => (await call("GET /uploads/{id}/check", { path: { id: upload }, signal })) as unknown as UploadCheck,
    staleTime: 0,
  });

/** The cells of one kind in one column. */
export const uploadProblemsQuery = (upload: string, { code, column }: Pick<ProblemKind, "code" | "column">) =>
  infiniteQueryOptions({
    queryKey: ["intake", "check", upload, "problems", code, column],
    queryFn: ({ pageParam, signal }) => cellsOf((cursor) => call("GET /uploads/{id}/problems", { path: { id: upload }, query: { code, column, cursor }, signal }), column, pageParam || undefined),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  });
