/** The saved views: asked for once, changed by their owners, pinned by each reader. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { call } from "../frame/api";
import type { ViewRow } from "../frame/shapes";
import { useProblemWords } from "../parts/problemWords";

export const viewsQuery = { queryKey: ["segment", "views"], queryFn: () => call("GET /views"), staleTime: 60_000 };

/** The view of an address. One that is not in the list (just shared) is asked for by its own address. */
export function useView(id: string | undefined) {
  const all = useQuery(viewsQuery);
  const listed = all.data?.items.find((view) => view.id === id);
  const alone = useQuery({
    queryKey: ["segment", "views", id ?? ""],
    queryFn: () => call("GET /views/{id}", { path: { id: id ?? "" } }),
    enabled: Boolean(id) && all.isSuccess && !listed,
    retry: false,
  });
  return { view: id ? (listed ?? alone.data) : undefined, error: id && !listed ? (alone.error ?? all.error) : null, waiting: Boolean(id) && !listed && !alone.data && !alone.error && !all.error };
}

/** An act on views; the lists are fresh afterwards, a refusal is told with its next step. */
export function useViewAct<T, A>(act: (input: T) => Promise<A>, after?: (answer: A, input: T) => void) {
  const client = useQueryClient();
  const told = useProblemWords();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: act,
    onSuccess: async (answer, input) => {
      await client.invalidateQueries({ queryKey: ["segment", "views"] });
      after?.(answer, input);
    },
    onError: (thrown) => {
      const problem = told(thrown);
      void message.error(`${problem.title} ${problem.next}`);
      void client.invalidateQueries({ queryKey: ["segment", "views"] });
    },
  });
}

export async function pin(view: ViewRow): Promise<void> {
  if (view.pinned) await call("DELETE /views/{id}/pin", { path: { id: view.id } });
  else await call("PUT /views/{id}/pin", { path: { id: view.id } });
}

/** Brings back a view that was removed a moment ago, as it was: under its address, with everybody's pins. */
export async function bringBack(view: ViewRow): Promise<void> {
  await call("DELETE /views/{id}/removal", { path: { id: view.id } });
}
