/**
 * The text being written, and what it was when the writing began. When somebody else saves meanwhile, an
 * untouched text follows; a touched one stays, and is not saved until the writer has seen theirs.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "../frame/api";
import type { PlanPage } from "../frame/shapes";

export function planQuery(id: string) {
  return { queryKey: ["plan", "one", id], queryFn: () => call("GET /plans/{id}", { path: { id } }) };
}

export function usePlanText(plan: PlanPage) {
  const client = useQueryClient();
  const [text, setText] = useState(plan.text);
  const [base, setBase] = useState(plan.text);
  const touched = text !== base;
  useEffect(() => {
    if (plan.text === base) return;
    if (!touched || text === plan.text) {
      setBase(plan.text);
      setText(plan.text);
    }
  }, [plan.text, base, touched, text]);
  return {
    text,
    setText,
    changed: text !== plan.text,
    /** What a colleague saved while this text was being written. */
    theirs: plan.text !== base && touched && text !== plan.text ? plan.text : null,
    takeTheirs: () => { setText(plan.text); setBase(plan.text); },
    keepMine: () => setBase(plan.text),
    /** Looks once more before saving; false when somebody was first, and then theirs is on screen. */
    stillMine: async () => {
      const now = await client.fetchQuery({ ...planQuery(plan.id), staleTime: 0 });
      return now.text === base;
    },
    saved: (as: string) => setBase(as),
  };
}
