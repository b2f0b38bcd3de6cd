/**
 * The open tabs: which pages a person has at hand. They survive a reload; at most twelve, the one
 * longest unseen makes room.
 */
import { useEffect } from "react";
import { usePreferences } from "./preferences";
import { kept, OWN } from "./store";
import { inLanguage } from "./words";

/** A name, or what is called so in both languages: a page that is not in front learns nothing of a change of language. */
export type Title = string | { readonly zh?: string; readonly en?: string };

export interface Tab {
  /** The address without its query; one tab for each. */
  readonly path: string;
  /** The address to return to, with the query it was left with. */
  readonly href: string;
  readonly title: Title;
  readonly seen: number;
}

export const TABS_MAX = 12;
export const tabs = kept<readonly Tab[]>([], `${OWN}tabs`);

/** Opens the tab of an address or brings it up to date. */
export function opened(before: readonly Tab[], path: string, href: string, seen: number): readonly Tab[] {
  // It only leads on to where the role begins.
  if (path === "/") return before;
  const known = before.find((tab) => tab.path === path);
  if (known) return before.map((tab) => (tab === known ? { ...tab, href, seen } : tab));
  const added = [...before, { path, href, title: "", seen }];
  if (added.length <= TABS_MAX) return added;
  const oldest = added.reduce((a, b) => (b.seen < a.seen ? b : a));
  return added.filter((tab) => tab !== oldest);
}

export function titled(before: readonly Tab[], path: string, title: Title): readonly Tab[] {
  const known = before.find((tab) => tab.path === path);
  if (!known || JSON.stringify(known.title) === JSON.stringify(title)) return before;
  return before.map((tab) => (tab === known ? { ...tab, title } : tab));
}

/** Closes a tab; tells where to go when the closed one was in front: the neighbour at its right, else left. */
export function closed(before: readonly Tab[], path: string): { tabs: readonly Tab[]; next: string | null } {
  const at = before.findIndex((tab) => tab.path === path);
  if (at < 0) return { tabs: before, next: null };
  const next = before[at + 1] ?? before[at - 1] ?? null;
  return { tabs: before.filter((_, i) => i !== at), next: next?.href ?? null };
}

/** A page names its tab (a customer's name) once it knows it; words of the desk are given in both languages. */
export function useTabTitle(title: Title | undefined): void {
  const path = location.pathname;
  const { language } = usePreferences();
  const said = JSON.stringify(title);
  useEffect(() => {
    const told = said === undefined ? "" : (JSON.parse(said) as Title);
    if (!told) return;
    tabs.change((before) => titled(before, path, told));
    document.title = `${inLanguage(language, told)} · Tend`;
  }, [path, said, language]);
}
