/** What an open page is called, in the language that is chosen now: a screen of the navigation as it is called there, else as the page named itself. */
import { frameWords } from "../words/frame";
import { PATHS, type Screen } from "./navigation";
import { usePreferences } from "./preferences";
import type { Tab } from "./tabs";
import { inLanguage } from "./words";

export function useTabName(): (tab: Pick<Tab, "path" | "title">) => string {
  const { language } = usePreferences();
  return (tab) => tabName(tab, language);
}

export function tabName({ path, title }: Pick<Tab, "path" | "title">, language: "zh" | "en"): string {
  const screen = (Object.keys(PATHS) as Screen[]).find((one) => PATHS[one] === path);
  return screen ? frameWords[language].screens[screen] : inLanguage(language, title);
}
