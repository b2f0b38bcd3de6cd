/** Who is signed in, asked once and kept; every screen and the navigation ask here. */
import { queryOptions, useQuery, useQueryClient, useMutation } from "@tanstack/react-query";
import type { Me } from "./shapes";
import { call } from "./api";
import { prefer, preferences, type Preferences } from "./preferences";
import { sendLate } from "./late";
import { ApiProblem } from "./problem";
import { forgetOwn, OWN } from "./store";

const KNOWN = `${OWN}me`;
const UNSENT = `${OWN}unsent-choices`;

export const meQuery = queryOptions({
  queryKey: ["org", "me"],
  queryFn: async (): Promise<Me | null> => {
    try {
      return welcome((await call("GET /me")) as Me);
    } catch (thrown) {
      if (thrown instanceof ApiProblem && thrown.status === 401) return null;
      // Without a line the desk still opens for reading, as the person who was last signed in here.
      const known = lastKnown();
      if (known && thrown instanceof ApiProblem && thrown.status === 0) return known;
      throw thrown;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** Who was last signed in here and did not sign out. */
function lastKnown(): Me | null {
  try {
    return JSON.parse(localStorage.getItem(KNOWN) ?? "null") as Me | null;
  } catch {
    return null;
  }
}

/** Takes on what a person chose for the look of the desk wherever they sign in; what they chose here and is not sent yet is newer. */
export function welcome(me: Me): Me {
  // The one before may have stayed away until the session ended: nothing of theirs is for the next.
  const last = lastKnown();
  if (last && last.id !== me.id) forgetOwn();
  const { language, theme, density } = { ...me.preferences, ...unsent.read() };
  const now = preferences();
  if ((language && language !== now.language) || (theme && theme !== now.theme) || (density && density !== now.density)) {
    prefer({ ...(language && { language }), ...(theme && { theme }), ...(density && { density }) });
  }
  try {
    localStorage.setItem(KNOWN, JSON.stringify(me));
  } catch {
    // Without storage there is no reading offline.
  }
  if (Object.keys(unsent.read()).length > 0) void sendChoices();
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
      return call("DELETE /session");
    },
    // Who came by the firm's own sign-in leaves there too, and comes back from there.
    onSettled: (ended) => {
      client.clear();
      forgetOwn();
      location.assign(ended?.end_url ?? "/sign-in");
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
    if (Object.keys(kept).length === 0) return;
    unsent.write({ ...unsent.read(), ...kept });
    void sendChoices().then(() => {
      if (change.language && change.language !== language) void client.invalidateQueries();
    });
  };
}

type Choices = Omit<Partial<Preferences>, "keys">;

/** Choices that the server does not know yet: a page that is closed in between must not forget them. */
const unsent = {
  kept: {} as Choices,
  read(): Choices {
    try {
      return JSON.parse(localStorage.getItem(UNSENT) ?? "{}") as Choices;
    } catch {
      return this.kept;
    }
  },
  write(choices: Choices): void {
    this.kept = choices;
    try {
      localStorage.setItem(UNSENT, JSON.stringify(choices));
    } catch {
      // Without storage they live as long as the page.
    }
  },
};

let sending: Promise<void> | undefined;

/** Sends what is unsent, one after the other, so that the last choice is the one that stays. */
function sendChoices(): Promise<void> {
  sending ??= (async () => {
    for (let choices = unsent.read(); Object.keys(choices).length > 0; choices = unsent.read()) {
      await call("PATCH /me", { body: choices });
      const later = Object.entries(unsent.read()).filter(([name, value]) => choices[name as keyof Choices] !== value);
      unsent.write(Object.fromEntries(later));
    }
  })()
    // Tried again with the next choice, or when the desk opens the next time; what is refused is dropped.
    .catch((thrown: unknown) => {
      if (thrown instanceof ApiProblem && thrown.status >= 400 && thrown.status < 500) unsent.write({});
    })
    .finally(() => {
      sending = undefined;
    });
  return sending;
}
