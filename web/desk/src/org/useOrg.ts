/** What the screens of units and people ask, and how they change it. */
import { infiniteQueryOptions, keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useProblemWords } from "../parts/problemWords";
import { call } from "../frame/api";
import type { Page, Role } from "../frame/shapes";

export function useUnits() {
  return useQuery({ queryKey: ["org", "units"], queryFn: ({ signal }) => call("GET /units", { signal }) });
}

export interface StaffFilter {
  readonly unit?: string;
  readonly role?: Role;
  readonly q?: string;
}

/** People page by page, for whoever reads the list. */
export const staffQuery = (filter: StaffFilter) =>
  infiniteQueryOptions({
    queryKey: ["org", "staff", "pages", filter],
    queryFn: ({ pageParam, signal }) => call("GET /staff", { query: { ...filter, cursor: pageParam || undefined }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });

/** The largest page that the program gives. */
const PAGE_MOST = 200;

/** All rows of a list, page after page: a choice among people must not end with the first page. */
export async function everyRow<T>(ask: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    all.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return all;
}

/** Everybody who fits, for whoever chooses among people. */
export function useStaff(filter: StaffFilter) {
  return useQuery({
    queryKey: ["org", "staff", filter],
    queryFn: async ({ signal }) => ({ items: await everyRow((cursor) => call("GET /staff", { query: { ...filter, cursor, limit: PAGE_MOST }, signal })) }),
    placeholderData: keepPreviousData,
  });
}

/** An act that ends with a word of success, if it has none of its own, and fresh lists; a refusal is told with its next step. */
export function useAct<T>(act: (input: T) => Promise<unknown>, done?: string, after?: () => void) {
  const { message } = App.useApp();
  const client = useQueryClient();
  const told = useProblemWords();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["org"] });
      if (done) void message.success(done);
      after?.();
    },
    onError: (thrown) => {
      const problem = told(thrown);
      void message.error(`${problem.title} ${problem.next}`);
    },
  });
}

export interface Departure {
  readonly left_on: string;
  readonly heir_id?: string;
}

/** Somebody leaves, or comes back: each takes the other back. */
export function useDeparture(who: { readonly id: string }, after: { readonly departed?: () => void; readonly back?: () => void }) {
  const path = { id: who.id };
  const depart = useAct((body: Departure) => call("POST /staff/{id}/departure", { path, body: { ...body } }), undefined, after.departed);
  const comeBack = useAct((_: undefined) => call("DELETE /staff/{id}/departure", { path }), undefined, after.back);
  return { depart, comeBack };
}
