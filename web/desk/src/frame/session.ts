/** Who is signed in, asked once and kept; every screen and the navigation ask here. */
import { queryOptions, useQuery, useQueryClient, useMutation } from "@tanstack/react-query";
import type { Me } from "./shapes";
import { call } from "./api";
import { prefer, preferences, type Preferences } from "./preferences";
import { ApiProblem } from "./problem";

export const meQuery = queryOptions({
  queryKey: ["org", "me"],
  queryFn: async (): Promise<Me | null> => {
    try {
      return (await call("GET /me")) as Me;
    } catch (thrown) {
      if (thrown instanceof ApiProblem && thrown.status === 401) return null;
      throw thrown;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** The signed-in person. Only screens inside the frame use it, and the frame stands only when there is one. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("a screen of the desk was drawn without a signed-in person");
  return data;
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("DELETE /session"),
    onSettled: () => {
      client.clear();
      location.assign("/sign-in");
    },
  });
}

/** Takes a choice at once and tells the server; a lost connection must not hold up a change of language. */
export function useRemember() {
  const client = useQueryClient();
  return (change: Partial<Preferences>) => {
    const language = preferences().language;
    prefer(change);
    const { keys: _, ...kept } = change;
    if (Object.keys(kept).length > 0) {
      call("PATCH /me", { body: kept }).then(
        () => {
          if (change.language && change.language !== language) void client.invalidateQueries();
        },
        () => undefined,
      );
    }
  };
}
