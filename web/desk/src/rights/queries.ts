/** What the screens of consent and retention ask the server. */
import { App } from "antd";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../frame/api";
import { useProblemWords } from "../parts/problemWords";

export const purposesQuery = queryOptions({ queryKey: ["rights", "purposes"], queryFn: () => call("GET /purposes"), staleTime: 300_000 });

export const consentsQuery = (id: string) => queryOptions({ queryKey: ["customer", "one", id, "consents"], queryFn: ({ signal }) => call("GET /customers/{id}/consents", { path: { id }, signal }) });

export const lawQuery = (day: string | undefined) => queryOptions({ queryKey: ["rights", "law", day ?? ""], queryFn: ({ signal }) => call("GET /law", { query: { day }, signal }) });

export const dueQuery = queryOptions({ queryKey: ["rights", "due"], queryFn: ({ signal }) => call("GET /retention", { signal }) });

export const holdsQuery = queryOptions({ queryKey: ["rights", "holds"], queryFn: ({ signal }) => call("GET /holds", { signal }) });

export const requestsQuery = (all: boolean) => queryOptions({ queryKey: ["rights", "requests", all], queryFn: ({ signal }) => call("GET /rights-requests", { query: { all }, signal }) });

/** An act on rights: a word of success and fresh lists, or the refusal with its next step. */
export function useRight<T, A>(act: (input: T) => Promise<A>, done: (answer: A) => string, after?: (answer: A) => void) {
  const { message } = App.useApp();
  const client = useQueryClient();
  const told = useProblemWords();
  return useMutation({
    mutationFn: act,
    onSuccess: (answer) => {
      void client.invalidateQueries({ queryKey: ["rights"] });
      void message.success(done(answer));
      after?.(answer);
    },
    onError: (thrown) => {
      const problem = told(thrown);
      void message.error(`${problem.title} ${problem.next}`, 6);
    },
  });
}
