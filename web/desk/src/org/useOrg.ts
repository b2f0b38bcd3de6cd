/** What the screens of units and people ask, and how they change it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useProblemWords } from "../parts/problemWords";
import { call } from "../frame/api";
import type { Role } from "../frame/shapes";

export function useUnits() {
  return useQuery({ queryKey: ["org", "units"], queryFn: ({ signal }) => call("GET /units", { signal }) });
}

export function useStaff(filter: { unit?: string; role?: Role; q?: string }) {
  return useQuery({ queryKey: ["org", "staff", filter], queryFn: ({ signal }) => call("GET /staff", { query: filter, signal }), placeholderData: (before) => before });
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
