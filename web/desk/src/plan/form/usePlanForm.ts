/**
 * The text as a form shows it, and how the form changes it. What the form shows belongs to one text: a change that is
 * made while the text has moved on waits for the answer about the new text, and is made on that.
 */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { call } from "../../frame/api";
import { usePreferences } from "../../frame/preferences";
import { useSettled } from "../../parts/useSettled";
import type { Shape } from "./planText";

const QUIET_MS = 400;

/** A change of the text by what it says now. */
export type Change = (now: Shape) => string;

export function usePlanForm(text: string, setText: (next: string) => void) {
  const { language } = usePreferences();
  const settled = useSettled(text, QUIET_MS);
  const [asked, ask] = useState(text);
  useEffect(() => ask(settled), [settled]);
  const form = useQuery({
    queryKey: ["plan", "form", language, asked],
    queryFn: async ({ signal }) => ({ text: asked, ...(await call("POST /plans/form", { body: { text: asked }, signal })) }),
    placeholderData: keepPreviousData,
  });
  const shape = form.data?.outline ? { text: form.data.text, outline: form.data.outline } : null;
  const waiting = useRef<Change[]>([]);
  const make = (now: Shape, change: Change) => {
    const next = change(now);
    if (next === now.text) return;
    setText(next);
    ask(next);
  };
  useEffect(() => {
    if (!shape || shape.text !== text) return;
    const next = waiting.current.shift();
    if (next) make(shape, next);
  });
  return {
    shape,
    /** Whether the shape is that of the text as it stands, and no change is on its way into it. */
    rests: shape !== null && shape.text === text && waiting.current.length === 0,
    problem: form.data?.problem ?? null,
    error: form.error,
    retry: () => void form.refetch(),
    change: (change: Change) => {
      if (shape && shape.text === text) make(shape, change);
      else waiting.current.push(change);
    },
  };
}

export function usePlanChoices() {
  const { language } = usePreferences();
  return useQuery({ queryKey: ["plan", "choices", language], queryFn: ({ signal }) => call("GET /plan-choices", { signal }), staleTime: 300_000 });
}
