/** What the customer screens ask the server, each answer under a key that news can make stale. */
import { infiniteQueryOptions, queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import type { CustomerPage } from "../frame/shapes";

export const customerQuery = (id: string) =>
  queryOptions({ queryKey: ["customer", "one", id, "page"], queryFn: async ({ signal }) => (await call("GET /customers/{id}", { path: { id }, signal })) as unknown as CustomerPage });

export const storyQuery = (id: string, kind?: string) =>
  infiniteQueryOptions({
    queryKey: ["customer", "one", id, "story", kind ?? ""],
    queryFn: ({ pageParam, signal }) => call("GET /customers/{id}/timeline", { path: { id }, query: { cursor: pageParam || undefined, kind }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  });

export const futureQuery = (id: string) =>
  queryOptions({ queryKey: ["customer", "one", id, "future"], queryFn: ({ signal }) => call("GET /customers/{id}/future", { path: { id }, signal }) });

export const whyQuery = (id: string, day: string) =>
  queryOptions({ queryKey: ["customer", "one", id, "why", day], queryFn: ({ signal }) => call("GET /customers/{id}/why", { path: { id }, query: { day }, signal }) });

export const labelsQuery = queryOptions({ queryKey: ["customer", "labels"], queryFn: () => call("GET /labels"), staleTime: 300_000 });

export const factsQuery = queryOptions({ queryKey: ["customer", "facts"], queryFn: () => call("GET /facts"), staleTime: 300_000 });

/** The label catalogue by key. */
export function useLabels(): (key: string) => { title: string; colour: string } {
  const { data } = useQuery(labelsQuery);
  const { language } = usePreferences();
  return useCallback((key) => {
    const label = data?.find((one) => one.key === key);
    return label ? { title: language === "zh" ? label.title_zh : label.title_en, colour: label.colour ?? "" } : { title: key, colour: "" };
  }, [data, language]);
}
