/** What was begun for a work order and not yet recorded: it is there again after a look elsewhere or a reload. */
import { useState } from "react";
import { OWN } from "../frame/store";

export interface Draft {
  readonly code: string | null;
  readonly note: string;
  readonly nextDay: string | null;
  readonly answers: Readonly<Record<string, string>>;
}

const EMPTY: Draft = { code: null, note: "", nextDay: null, answers: {} };
const place = (touch: string) => `${OWN}draft.${touch}`;

export function useDraft(touch: string): readonly [Draft, (change: Partial<Draft>) => void, () => void] {
  const [draft, set] = useState<Draft>(() => {
    try {
      return { ...EMPTY, ...(JSON.parse(localStorage.getItem(place(touch)) ?? "{}") as Partial<Draft>) };
    } catch {
      return EMPTY;
    }
  });
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    set(next);
    try {
      localStorage.setItem(place(touch), JSON.stringify(next));
    } catch {
      // The draft then lives as long as the page.
    }
  };
  const drop = () => localStorage.removeItem(place(touch));
  return [draft, change, drop];
}
