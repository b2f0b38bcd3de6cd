/**
 * The words of the screens. Each room has one file in `words/zh` and one in `words/en`; the English
 * file must have the type of the Chinese one, so that a missing word does not compile.
 */
import { type Language, usePreferences } from "./preferences";

export type Word = string | ((...parts: never[]) => string);
export interface WordBook {
  readonly [key: string]: Word | WordBook;
}

/** The same keys as the Chinese words, with any text behind them. */
export type SameKeys<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...parts: infer A) => string
      ? (...parts: A) => string
      : SameKeys<T[K]>;
};

export interface Pair<T> {
  readonly zh: SameKeys<T>;
  readonly en: SameKeys<T>;
}

export function pair<T>(zh: T & SameKeys<T>, en: SameKeys<T>): Pair<T> {
  return { zh, en };
}

export function useWords<T>(words: Pair<T>): SameKeys<T> {
  return words[usePreferences().language];
}

/** A word by a key that came from the server; what has no word yet is shown as it came. */
export function wordFor(words: Readonly<Record<string, string>>, key: string | null | undefined): string {
  return key ? (words[key] ?? key) : "";
}

/** The half of a text that was written as `中文 / English`; a text of one language as it is. */
export function halfOf(language: Language, text: string): string {
  const halves = text.split(" / ");
  return halves.length === 2 ? halves[language === "zh" ? 0 : 1]! : text;
}

export function inLanguage(language: Language, text: { zh?: string; en?: string } | string | null | undefined): string {
  if (!text) return "";
  if (typeof text === "string") return text;
  return text[language] ?? text.zh ?? text.en ?? "";
}
