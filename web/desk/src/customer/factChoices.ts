/**
 * The facts that take one word of a closed list, in the order in which the lists are offered. The words are those of the
 * program (tend-rules, customer/built_in.rs); of languages it takes any code, so these are the ones that files
 * are read for (intake/data/choices.toml).
 */
export const FACT_CHOICES: Readonly<Record<string, readonly string[]>> = {
  gender: ["female", "male"],
  language: ["zh", "yue", "en", "ja", "ko", "fr", "de", "es", "ru"],
  tier: ["gold", "silver", "ordinary"],
  class: ["A", "B", "C"],
  lifecycle: ["lead", "new", "active", "lost", "blocked", "deceased"],
};

/** What a fact offers, with the word it holds already in front where the list does not know it. Null: it takes what is typed. */
export function choicesOf(key: string, held: unknown): readonly string[] | null {
  const known = FACT_CHOICES[key];
  if (!known) return null;
  return typeof held === "string" && held !== "" && !known.includes(held) ? [held, ...known] : known;
}
