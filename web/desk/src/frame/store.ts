/** A value that components watch and that outlives a reload of the page when it has a place to be kept. */
import { useSyncExternalStore } from "react";

/** Everything kept under this name belongs to the signed-in person and goes when they sign out. */
export const OWN = "tend.own.";

/** What stands in memory of the person's own things; a page that is not loaded anew must not show it to the next one. */
const remembered: (() => void)[] = [];

/** Where earlier versions of the desk kept a person's own things. */
const FORMER = ["tend.import", "tend.note.", "tend.process"];

export function forgetOwn(): void {
  for (const forget of remembered) forget();
  for (const place of Object.keys(localStorage)) if ([OWN, ...FORMER].some((own) => place.startsWith(own))) localStorage.removeItem(place);
}

export interface Kept<T> {
  readonly now: () => T;
  readonly change: (next: (before: T) => T) => void;
  readonly use: () => T;
}

export function kept<T>(initial: T, place?: string): Kept<T> {
  const listeners = new Set<() => void>();
  let value = read(initial, place);
  const now = () => value;
  const change = (next: (before: T) => T) => {
    const after = next(value);
    if (after === value) return;
    value = after;
    if (place) write(place, value);
    for (const tell of listeners) tell();
  };
  if (place?.startsWith(OWN)) remembered.push(() => (value = initial));
  // Made once: with another function each time a part of the screen would join anew whenever it is drawn.
  const follow = (tell: () => void) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  };
  return { now, change, use: () => useSyncExternalStore(follow, now, now) };
}

function read<T>(initial: T, place?: string): T {
  if (!place) return initial;
  try {
    const text = localStorage.getItem(place);
    return text ? (JSON.parse(text) as T) : initial;
  } catch {
    return initial;
  }
}

function write(place: string, value: unknown): void {
  try {
    localStorage.setItem(place, JSON.stringify(value));
  } catch {
    // Full or forbidden storage costs only the memory over a reload.
  }
}
