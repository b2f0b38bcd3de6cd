/** What merging and parting ask the server, and the choice field by field. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { type Answer, call } from "../frame/api";
import { useProblemWords } from "../parts/problemWords";

export type Preview = Answer<"GET /customers/{id}/merge-preview">;
export type Field = Preview["fields"][number];
export type Together = Answer<"POST /customers/{id}/merges">;

export const duplicatesQuery = (id: string) => queryOptions({ queryKey: ["customer", "one", id, "duplicates"], queryFn: ({ signal }) => call("GET /customers/{id}/duplicates", { path: { id }, signal }) });

export const mergesQuery = (id: string) => queryOptions({ queryKey: ["customer", "one", id, "merges"], queryFn: ({ signal }) => call("GET /customers/{id}/merges", { path: { id }, signal }) });

export const mergeQuery = (id: string, other: string) =>
  queryOptions({ queryKey: ["customer", "one", id, "merge", other], queryFn: ({ signal }) => call("GET /customers/{id}/merge-preview", { path: { id }, query: { other_id: other }, signal }), enabled: other !== "" });

export const splitQuery = (id: string, merged: string) =>
  queryOptions({ queryKey: ["customer", "one", id, "split", merged], queryFn: ({ signal }) => call("GET /customers/{id}/split-preview", { path: { id }, query: { merged_id: merged }, signal }), staleTime: 0 });

/** The keys that are taken from the other record: what a person chose, else what is suggested. */
export function taken(fields: readonly Field[], chosen: Readonly<Record<string, "kept" | "other">>): string[] {
  return fields.filter((field) => !field.fixed && (chosen[field.key] ?? field.side) === "other").map((field) => field.key);
}

/** The fields of which either record says something else than it did before. */
export function turned(before: readonly Field[], now: readonly Field[]): Field[] {
  const said = (field: Field | undefined) => JSON.stringify([field?.kept, field?.other]);
  return now.filter((field) => said(field) !== said(before.find((one) => one.key === field.key)));
}

/** Whether somebody changed either record since the two were looked at, in what is shown of them or not. */
export const isTurned = (seen: Pick<Preview, "kept" | "other">, now: Pick<Preview, "kept" | "other">) => seen.kept.version !== now.kept.version || seen.other.version !== now.other.version;

/** Whether two records say the same about a field. */
export const alike = (field: Field) => JSON.stringify(field.kept) === JSON.stringify(field.other);

/** A split, from its dialog or from the toast after a merge. */
export function useSplit(done: () => void) {
  const client = useQueryClient();
  const told = useProblemWords();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (split: { id: string; version: number; merged_id: string; reason: string }) =>
      call("POST /customers/{id}/splits", { path: { id: split.id }, version: split.version, body: { merged_id: split.merged_id, reason: split.reason } }),
    onSuccess: done,
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`, 6),
    onSettled: () => void client.invalidateQueries({ queryKey: ["customer"] }),
  });
}
