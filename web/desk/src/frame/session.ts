/** Who is signed in, asked once and kept, and anew when the firm's day is over; every screen and the navigation ask here. */
import { type QueryClient, queryOptions, useQuery, useQueryClient, useMutation } from "@tanstack/react-query";
import { App, Button } from "antd";
import { createElement, useEffect } from "react";
import { useProblemWords } from "../parts/problemWords";
import { frameWords } from "../words/frame";
import { partsWords } from "../words/parts";
import type { Me } from "./shapes";
import { call } from "./api";
import { prefer, preferences, type Preferences } from "./preferences";
import { sendLate } from "./late";
import { watchNews } from "./live";
import { ApiProblem } from "./problem";
import { forgetOwn, OWN } from "./store";
import { watchDay } from "./today";
import { useWords } from "./words";

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
  const client = useQueryClient();
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("a screen of the desk was drawn without a signed-in person");
  useEffect(() => keepToday(client), [client]);
  return data;
}

/** How many parts of the screen live by the day, and what ends the watch when the last of them is gone. */
const byTheDay = { parts: 0, end: () => {} };

function keepToday(client: QueryClient): () => void {
  byTheDay.parts += 1;
  if (byTheDay.parts === 1) byTheDay.end = watchToday(client);
  return () => {
    byTheDay.parts -= 1;
    if (byTheDay.parts === 0) byTheDay.end();
  };
}

function watchToday(client: QueryClient): () => void {
  const day = watchDay(() => client.getQueryData(meQuery.queryKey), () => client.invalidateQueries({ queryKey: meQuery.queryKey }));
  const seen = () => document.visibilityState === "visible" && day.look();
  document.addEventListener("visibilitychange", seen);
  const deaf = watchNews((name) => name === "hello" && day.look());
  return () => {
    day.stop();
    document.removeEventListener("visibilitychange", seen);
    deaf();
  };
}

/** Ends the session at the server; one that it does not know any longer is ended too. Answers where the person goes on. */
export async function endSession(client: QueryClient): Promise<string> {
  await sendLate(client);
  try {
    // Who came by the firm's own sign-in leaves there too, and comes back from there.
    const ended = await call("DELETE /session");
    return ended?.end_url ?? "/sign-in";
  } catch (thrown) {
    if (thrown instanceof ApiProblem && thrown.status === 401) return "/sign-in";
    throw thrown;
  }
}

const NOT_SIGNED_OUT = "sign-out";
const NOT_SIGNED_OUT_SECONDS = 20;

/** Signs out. Nothing here looks signed out before the server has ended the session: the next at this desk would be let in. */
export function useSignOut() {
  const words = useWords(frameWords);
  const { retry } = useWords(partsWords);
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const out = useMutation({
    mutationFn: () => endSession(client),
    onSuccess: (place) => {
      client.clear();
      forgetOwn();
      location.assign(place);
    },
    onError: (thrown) => {
      const again = () => {
        message.destroy(NOT_SIGNED_OUT);
        out.mutate();
      };
      const act = createElement(Button, { size: "small", type: "link", onClick: again }, retry);
      void message.error({ key: NOT_SIGNED_OUT, duration: NOT_SIGNED_OUT_SECONDS, content: createElement("span", { className: "undo-bar" }, `${words.notSignedOut} ${told(thrown).title}`, act) });
    },
  });
  return out;
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
