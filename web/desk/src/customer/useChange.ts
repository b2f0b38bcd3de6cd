/**
 * A change of one customer: says what was done, unless something else does, or why not; a stale version loads the newest.
 * It is under way until the page shows it: what is opened then, opens on top of what was saved.
 */
import { App } from "antd";
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { asProblem } from "../frame/problem";
import { useWords } from "../frame/words";
import { useProblemWords } from "../parts/problemWords";
import { customerWords } from "../words/customer";
import { customerQuery } from "./queries";

/** Asks anew for what is known of a customer, and waits for the page alone: the story and what lies ahead may come later. */
export async function askAnew(client: QueryClient, id: string): Promise<void> {
  const { queryKey } = customerQuery(id);
  const page = client.invalidateQueries({ queryKey });
  void client.invalidateQueries({ queryKey: ["customer", "one", id], predicate: (query) => query.queryKey[3] !== queryKey[3] });
  await page;
}

export function useChange<T, A>(id: string, act: (input: T) => Promise<A>, done: (input: T) => string | null, after?: (input: T) => void) {
  const { conflict } = useWords(customerWords).page;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: act,
    onSuccess: async (_, input) => {
      const words = done(input);
      if (words !== null) void message.success(words);
      await askAnew(client, id);
      after?.(input);
    },
    onError: (thrown) => {
      const problem = asProblem(thrown);
      if (problem.code === "version_stale") void message.warning(conflict, 6);
      else void message.error(`${told(thrown).title} ${told(thrown).next}`);
      void askAnew(client, id);
    },
  });
}
