/** Whether single keys act now: not while the cursor is in a field, nor for whoever switched them off. Hints of keys follow it. */
import { useSyncExternalStore } from "react";
import { takesText } from "./keys";
import { usePreferences } from "./preferences";

const follow = (tell: () => void) => {
  document.addEventListener("focusin", tell);
  document.addEventListener("focusout", tell);
  return () => {
    document.removeEventListener("focusin", tell);
    document.removeEventListener("focusout", tell);
  };
};

export function useSingleKeys(): "act" | "rest" {
  const writing = useSyncExternalStore(follow, () => takesText(document.activeElement));
  const { keys } = usePreferences();
  return writing || keys === "off" ? "rest" : "act";
}
