/**
 * What was written into a plan and is not saved yet: it waits in the browser under the person's own things, so that it is
 * there again after a look elsewhere or a reload, and goes at sign-out. With it goes the text on which it was written: what
 * a colleague saved meanwhile is then told and not written over.
 */
import { OWN } from "../frame/store";

export interface Writing {
  readonly text: string;
  /** The saved text on which it was written. */
  readonly base: string;
}

const placeOf = (plan: string) => `${OWN}plan.${plan}`;

/** What waits for a plan; nothing where it is what is saved by now. */
export function waiting(plan: string, saved: string): Writing | null {
  try {
    const kept = JSON.parse(localStorage.getItem(placeOf(plan)) ?? "null") as Partial<Writing> | null;
    return typeof kept?.text === "string" && typeof kept.base === "string" && kept.text !== saved ? { text: kept.text, base: kept.base } : null;
  } catch {
    // What cannot be read is as if it had not been kept.
    return null;
  }
}

/** Keeps what is being written, as long as it says something else than what is saved. */
export function keep(plan: string, writing: Writing, saved: string): void {
  try {
    if (writing.text === saved || writing.text === writing.base) localStorage.removeItem(placeOf(plan));
    else localStorage.setItem(placeOf(plan), JSON.stringify(writing));
  } catch {
    // It then lives as long as the page.
  }
}
