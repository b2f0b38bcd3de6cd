/** Who else is at a thing. Told on opening, on editing, on leaving and each half minute; heard from the live line. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { call } from "./api";
import { line, tabId, watchNews } from "./live";

export interface Other {
  readonly staff: { readonly id: string; readonly name: string };
  readonly editing: boolean;
  readonly since: string;
}

/** The server forgets a tab after 60 s of silence. */
const SAY_EACH_MS = 30_000;
const edits = new Set<string>();

function say(on: string | null): Promise<{ others: Other[] }> {
  return call("PUT /presence", { body: { tab: tabId, on, editing: on !== null && edits.has(on) } });
}

export function usePresence(on: string): readonly Other[] {
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: ["presence", on], queryFn: ({ signal }) => call("GET /presence", { query: { on }, signal }), enabled: false });
  useEffect(() => {
    const tell = () => {
      if (document.visibilityState === "hidden" || line.now().state === "lost") return;
      say(on).then((answer) => client.setQueryData(["presence", on], answer), () => undefined);
    };
    tell();
    const timer = setInterval(tell, SAY_EACH_MS);
    document.addEventListener("visibilitychange", tell);
    const stop = watchNews((name, news) => {
      if (name === "hello") tell();
      else if (name === "presence" && news.id === on) void call("GET /presence", { query: { on } }).then((answer) => client.setQueryData(["presence", on], answer), () => undefined);
    });
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tell);
      stop();
      edits.delete(on);
      say(null).catch(() => undefined);
    };
  }, [client, on]);
  return data?.others ?? [];
}

/** Tells the others that this person is changing the thing, as long as the field is open. */
export function useEditing(on: string, editing: "editing" | "shown"): void {
  useEffect(() => {
    if (editing !== "editing") return;
    edits.add(on);
    say(on).catch(() => undefined);
    return () => {
      edits.delete(on);
      say(on).catch(() => undefined);
    };
  }, [on, editing]);
}
