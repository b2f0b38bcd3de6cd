/**
 * The text being written, and what it was when the writing began. When somebody else saves meanwhile, an
 * untouched text follows; a touched one stays, and is not saved until the writer has seen theirs.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "../frame/api";
import { asProblem } from "../frame/problem";
import type { PlanPage } from "../frame/shapes";
import { keep, waiting } from "./planDraft";

export function planQuery(id: string) {
  return { queryKey: ["plan", "one", id], queryFn: () => call("GET /plans/{id}", { path: { id } }) };
}

export function usePlanText(plan: PlanPage) {
  const client = useQueryClient();
  const [kept] = useState(() => waiting(plan.id, plan.text));
  const [text, setText] = useState(kept?.text ?? plan.text);
  const [base, setBase] = useState(kept?.base ?? plan.text);
  // What was saved from here: when it comes back as what is saved, nobody else was at work.
  const [mine, setMine] = useState<string | null>(null);
  const touched = text !== base;
  useEffect(() => {
    if (plan.text === base) return;
    if (!touched || text === plan.text) {
      setBase(plan.text);
      setText(plan.text);
    } else if (plan.text === mine) setBase(plan.text);
  }, [plan.text, base, mine, touched, text]);
  useEffect(() => keep(plan.id, { text, base }, plan.text), [plan.id, plan.text, text, base]);
  const takeSaved = () => { setText(plan.text); setBase(plan.text); };
  /** Asks what is saved now; none when somebody was first, and then theirs is on screen. */
  const stillMine = async (): Promise<PlanPage | null> => {
    const now = await client.fetchQuery({ ...planQuery(plan.id), staleTime: 0 });
    return now.text === base || now.text === mine ? now : null;
  };
  const put = async (body: string, version: number): Promise<number> => {
    await call("PUT /plans/{id}/draft", { path: { id: plan.id }, body: { text: body }, version });
    return version + 1;
  };
  return {
    text,
    setText,
    changed: text !== plan.text,
    /** Whether it was begun earlier and is here again. */
    wasKept: kept !== null && text === kept.text && text !== plan.text,
    /** What a colleague saved while this text was being written. */
    theirs: plan.text !== base && plan.text !== mine && touched && text !== plan.text ? plan.text : null,
    takeSaved,
    keepMine: () => setBase(plan.text),
    stillMine,
    /**
     * Saves the draft and answers the version that the plan has with it; none when somebody was first. A version that only
     * grew because the plan was paused, or goes on, says nothing against the text.
     */
    save: async (next: string): Promise<number | null> => {
      setMine(next);
      try {
        return await put(next, plan.version);
      } catch (thrown) {
        if (asProblem(thrown).status !== 412) throw thrown;
        const now = await stillMine();
        return now && put(next, now.version);
      }
    },
  };
}
