/** What the customer screens ask the server, each answer under a key that news can make stale. */
import { infiniteQueryOptions, type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import type { CustomerPage } from "../frame/shapes";

export const customerQuery = (id: string) =>
  queryOptions({ queryKey: ["customer", "one", id, "page"], queryFn: async ({ signal }) => (await call("GET /customers/{id}", { path: { id }, signal })) as unknown as CustomerPage });

export const storyQuery = (id: string, kind?: string) =>
  infiniteQueryOptions({
    queryKey: ["customer", "one", id, "story", kind ?? ""],
    queryFn: ({ pageParam, signal }) => call("GET /customers/{id}/timeline", { path: { id }, query: { cursor: pageParam || undefined, kind: kind && (STORY_KINDS[kind] ?? kind) }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  });

/** What each part of the story holds, in the words of the wire. */
export const STORY_KINDS: Readonly<Record<string, string>> = {
  contact: "contact",
  note: "customer.note_written",
  work: "work",
  money: "customer.agreement_put,customer.agreement_taken_back,customer.bill_added,customer.payment_added,customer.payment_taken_back,customer.order_added",
  change: "customer.created,customer.imported,customer.import_undone,customer.fact_changed,customer.label_put,customer.label_taken,customer.consent_set,customer.related,customer.unrelated,customer.relation_turned,customer.household_joined,customer.household_left,customer.entrusted,customer.merged,customer.split,rights",
  seen: "customer.seen,customer.unmasked,customer.compared",
};

/** The open work orders of a customer. */
export const openWorkQuery = (customer: string) =>
  queryOptions({ queryKey: ["work", "of-customer", customer], queryFn: ({ signal }) => call("GET /touches", { query: { customer, state: "open", limit: 10 } as never, signal }) });

export const futureQuery = (id: string) =>
  queryOptions({ queryKey: ["customer", "one", id, "future"], queryFn: ({ signal }) => call("GET /customers/{id}/future", { path: { id }, signal }) });

/**
 * Asks for what the page of a customer shows first, without waiting for it: at the click, while the code of the page may
 * still be under way. What lies ahead costs the program most and is read last: it is asked for when the customer is there,
 * while the page is drawn, and not at all by whoever is refused the customer.
 */
export function askForCustomer(client: QueryClient, id: string): void {
  client.query(customerQuery(id)).then(() => client.query(futureQuery(id))).catch(toldByThePage);
  client.infiniteQuery(storyQuery(id)).catch(toldByThePage);
  client.query(factsQuery).catch(toldByThePage);
}

const toldByThePage = () => undefined;

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
