/**
 * What a field of the form shows: what is typed until it is taken, then what the text says. A text that comes back with
 * the value the field had before (taken back in the text, or a change that came to nothing) is seen too: what was typed
 * does not stay in front of a text that says otherwise.
 */
export interface Typing {
  readonly text: string;
  /** What the text says. */
  readonly value: string;
  /** What was handed to the text and is not in it yet. */
  readonly taken: string | null;
}

export const untyped = (value: string): Typing => ({ text: value, value, taken: null });

/** After an answer about the text. `rests`: the answer is about the text as it stands, and no change is on its way. */
export function heard(now: Typing, value: string, rests: boolean): Typing {
  if (value !== now.value) return untyped(value);
  return rests && now.taken !== null ? untyped(value) : now;
}

/** The field is left, or Enter pressed: what shows now, and what is to be written into the text, if anything. */
export function left(now: Typing, allows: (text: string) => boolean): { readonly now: Typing; readonly write?: string } {
  const next = now.text.trim();
  if (next !== "" && !allows(next)) return { now: { ...now, text: now.taken ?? now.value } };
  // Leaving the field after Enter does not take it a second time.
  if (next === (now.taken ?? now.value)) return { now };
  return { now: { ...now, taken: next }, write: next };
}
