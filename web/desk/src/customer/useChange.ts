/** A change of one customer: says what was done, unless something else does, or why not; a stale version loads the newest. */
import { App } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { asProblem } from "../frame/problem";
import { useWords } from "../frame/words";
import { useProblemWords } from "../parts/problemWords";
import { customerWords } from "../words/customer";

export function useChange<T, A>(id: string, act: (input: T) => Promise<A>, done: (input: T) => string | null, after?: (input: T) => void) {
  const { conflict } = useWords(customerWords).page;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: act,
    onSuccess: (_, input) => {
      const words = done(input);
      if (words !== null) void message.success(words);
      after?.(input);
    },
    onError: (thrown) => {
      const problem = asProblem(thrown);
      if (problem.code === "version_stale") void message.warning(conflict, 6);
      else void message.error(`${told(thrown).title} ${told(thrown).next}`);
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["customer", "one", id] }),
  });
}
