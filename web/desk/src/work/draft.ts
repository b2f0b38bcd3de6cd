/**
 * What was begun for a work order and not yet recorded: it is there again after a look elsewhere or a reload. What was
 * recorded goes, and comes back whole when the result is taken back within its seconds.
 */
import { useEffect, useRef, useState } from "react";
import { OWN } from "../frame/store";

export interface Draft {
  readonly code: string | null;
  readonly note: string;
  readonly nextDay: string | null;
  /** Fact to answer, each in the type of its fact (answers.ts). */
  readonly answers: Readonly<Record<string, unknown>>;
}

const EMPTY: Draft = { code: null, note: "", nextDay: null, answers: {} };
const place = (touch: string) => `${OWN}draft.${touch}`;

/** Drafts whose results were recorded a moment ago, in memory only: no undo outlives the page. */
const recorded = new Map<string, Draft>();
/** More results than this are not taken back at once. */
const REMEMBERED_MAX = 12;
const watchers = new Set<(touch: string, draft: Draft) => void>();

export function readDraft(touch: string): Draft {
  return { ...EMPTY, ...stored(touch) };
}

function stored(touch: string): Partial<Draft> | null {
  try {
    return JSON.parse(localStorage.getItem(place(touch)) ?? "null") as Partial<Draft> | null;
  } catch {
    return null;
  }
}

function keep(touch: string, draft: Draft): void {
  try {
    localStorage.setItem(place(touch), JSON.stringify(draft));
  } catch {
    // The draft then lives as long as the page.
  }
}

/** The result is recorded: nothing is left to be recorded of the draft. */
export function dropDraft(touch: string, draft: Draft): void {
  recorded.delete(touch);
  recorded.set(touch, draft);
  for (const oldest of recorded.keys()) if (recorded.size > REMEMBERED_MAX) recorded.delete(oldest);
  try {
    localStorage.removeItem(place(touch));
  } catch {
    // Then nothing was kept either.
  }
}

/** The result was taken back: what was written for it is there again. What was begun anew since is newer and stays. */
export function bringBack(touch: string): void {
  const draft = recorded.get(touch);
  recorded.delete(touch);
  if (!draft || stored(touch)) return;
  keep(touch, draft);
  for (const tell of watchers) tell(touch, draft);
}

export function useDraft(touch: string): readonly [Draft, (change: Partial<Draft>) => void, () => void] {
  const [draft, set] = useState<Draft>(() => readDraft(touch));
  // Answers that came in between two pictures must not lose each other, nor those a result was sent with.
  const latest = useRef(draft);
  useEffect(() => {
    const tell = (of: string, back: Draft) => {
      if (of !== touch) return;
      latest.current = back;
      set(back);
    };
    watchers.add(tell);
    return () => void watchers.delete(tell);
  }, [touch]);
  const change = (part: Partial<Draft>) => {
    latest.current = { ...latest.current, ...part };
    set(latest.current);
    keep(touch, latest.current);
  };
  const drop = () => dropDraft(touch, latest.current);
  return [draft, change, drop];
}
