/**
 * Runs the coming days with a text, then with what is published, one after the other; news tell how far it is. What the
 * published text asks is kept for some minutes, so that only the text is run again while it is being changed.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "../frame/api";
import { watchNews } from "../frame/live";
import type { Rehearsal } from "../frame/shapes";

export const DAYS = 90;

export interface Rehearsed {
  readonly draft: Rehearsal;
  /** What the published text would ask; none where it is the same text or nothing is published. */
  readonly published: Rehearsal | null;
}

const KEPT_MS = 5 * 60_000;
const rehearse = (text: string) => call("POST /plans/rehearsal", { body: { text, days: DAYS } });

export function useRehearsal(published: () => Promise<string | null>) {
  const client = useQueryClient();
  const [done, setDone] = useState(0);
  const [runs, setRuns] = useState(1);
  const run = useMutation({
    mutationFn: async (text: string): Promise<Rehearsed> => {
      setDone(0);
      const before = await published();
      if (before === null || before === text) {
        setRuns(1);
        return { draft: await rehearse(text), published: null };
      }
      const known = { queryKey: ["plan", "rehearsed", before], staleTime: KEPT_MS };
      const kept = client.getQueryState(known.queryKey);
      setRuns(kept && !kept.isInvalidated && Date.now() - kept.dataUpdatedAt < KEPT_MS ? 1 : 2);
      const draft = await rehearse(text);
      setDone(DAYS);
      return { draft, published: await client.fetchQuery({ ...known, queryFn: () => rehearse(before) }) };
    },
  });
  useEffect(() => {
    if (!run.isPending) return;
    return watchNews((name, news) => {
      if (name !== "plan" || news.kind !== "rehearsed") return;
      const days = Number(news.id?.split("/")[0] ?? 0);
      // News of the first run may come after its answer; what was shown is never taken back.
      setDone((before) => (before >= DAYS ? Math.max(before, DAYS + (days === DAYS ? 0 : days)) : Math.max(before, Math.min(days, DAYS - 1))));
    });
  }, [run.isPending]);
  return { run, done, days: DAYS * runs };
}
