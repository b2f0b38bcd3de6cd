/** Who is signed in, asked once and kept; every screen and the navigation ask here. */
import { queryOptions, useQuery, useQueryClient, useMutation } from "@tanstack/react-query";
import type { Me } from "./shapes";
import { call } from "./api";
import { prefer, preferences, type Preferences } from "./preferences";
import { sendLate } from "./late";
import { ApiProblem } from "./problem";
import { forgetOwn, OWN } from "./store";

const KNOWN = `${OWN}me`;

export const meQuery = queryOptions({
  queryKey: ["org", "me"],
  queryFn: async (): Promise<Me | null> => {
    try {
      return welcome((await call("GET /me")) as Me);
    } catch (thrown) {
      if (thrown instanceof ApiProblem && thrown.status === 401) return null;
      // Without a line the desk still opens for reading, as the person who was last signed in here.
      const known = localStorage.getItem(KNOWN);
      if (known && thrown instanceof ApiProblem && thrown.status === 0) return JSON.parse(known) as Me;
      throw thrown;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** Takes on what a person chose for the look of the desk wherever they sign in. */
export function welcome(me: Me): Me {
  const { language, theme, density } = me.preferences ?? {};
  const now = preferences();
  if ((language && language !== now.language) || (theme && theme !== now.theme) || (density && density !== now.density)) {
    prefer({ ...(language && { language }), ...(theme && { theme }), ...(density && { density }) });
  }
  try {
    localStorage.setItem(KNOWN, JSON.stringify(me));
  } catch {
    // Without storage there is no reading offline.
  }
  return me;
}

/** The signed-in person. Only screens inside the frame use it, and the frame stands only when there is one. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("a screen of the desk was drawn without a signed-in person");
  return data;
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await sendLate(client);
      await call("DELETE /session");
    },
    onSettled: () => {
      client.clear();
      forgetOwn();
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
