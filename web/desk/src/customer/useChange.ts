/** A change of one customer: says what was done or why not; a stale version loads the newest. */
import { App } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { asProblem } from "../frame/problem";
import { useWords } from "../frame/words";
import { useProblemWords } from "../parts/problemWords";
import { customerWords } from "../words/customer";

export function useChange<T>(id: string, act: (input: T) => Promise<unknown>, done: (input: T) => string, after?: (input: T) => void) {
  const words = useWords(customerWords).page;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: act,
    onSuccess: (_, input) => {
      void message.success(done(input));
      after?.(input);
    },
    onError: (thrown) => {
      const problem = asProblem(thrown);
      if (problem.status === 412 || problem.code === "version_stale") void message.warning(words.conflict, 6);
      else void message.error(`${told(thrown).title} ${told(thrown).next}`);
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["customer", "one", id] }),
  });
}
