/**
 * What a person chose for the look of the desk: language, theme, density, single-key commands.
 *
 * Kept in this browser so that the sign-in page already speaks the right language, and sent to the
 * server after sign-in so that the next browser knows it too.
 */
import { useSyncExternalStore } from "react";

export type Language = "zh" | "en";
export type ThemeChoice = "light" | "dark" | "system";
export type Density = "comfortable" | "compact";

export interface Preferences {
  readonly language: Language;
  readonly theme: ThemeChoice;
  readonly density: Density;
  /** Single-letter commands; people with speech input switch them off (WCAG 2.1.4). */
  readonly keys: "on" | "off";
}

const STORED = "tend.preferences";
const listeners = new Set<() => void>();

function first(): Preferences {
  const language: Language = globalThis.navigator?.language?.startsWith("en") ? "en" : "zh";
  const plain: Preferences = { language, theme: "system", density: "comfortable", keys: "on" };
  try {
    return { ...plain, ...(JSON.parse(localStorage.getItem(STORED) ?? "{}") as Partial<Preferences>) };
  } catch {
    return plain;
  }
}

let current = first();

export function preferences(): Preferences {
  return current;
}

/** Takes the new choice at once, everywhere, without a reload. */
export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(STORED, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing still gets the choice until the page closes.
  }
  dress();
  for (const tell of listeners) tell();
}

/** The same function each time: with another one every part of the screen would join anew whenever it is drawn. */
const follow = (tell: () => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};

export function usePreferences(): Preferences {
  return useSyncExternalStore(follow, preferences, preferences);
}

export function darkNow(): boolean {
  if (current.theme !== "system") return current.theme === "dark";
  return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ?? false;
}

const MOVES_LITTLE = "(prefers-reduced-motion: reduce)";

/** Whether the system asks that nothing moves. antd has to know: it would wait for the end of a movement that tokens.css takes away. */
export function stillNow(): boolean {
  return globalThis.matchMedia?.(MOVES_LITTLE).matches ?? false;
}

/** Writes theme, density and language on the root element; the tokens follow from there. */
export function dress(): void {
  const root = document.documentElement;
  root.dataset.theme = darkNow() ? "dark" : "light";
  root.dataset.density = current.density;
  root.lang = current.language === "zh" ? "zh-CN" : "en";
}

/** Follows the system's change of theme while the choice is "system", and of its wish for a screen at rest. */
export function followSystem(): void {
  for (const wish of ["(prefers-color-scheme: dark)", MOVES_LITTLE]) matchMedia(wish).addEventListener("change", () => prefer({}));
}
