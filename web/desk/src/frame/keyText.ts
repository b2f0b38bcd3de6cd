/** How a key is written for a person: a Mac has ⌘ where other keyboards have Ctrl. */

/** Whether this is a machine of Apple's, whose Mod key is ⌘. */
const isMac = (): boolean => typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

/** `Mod+Enter` as the keyboard at hand says it: `Ctrl Enter` or `⌘Enter`. */
export function keyText(key: string, mac: "mac" | "other" = isMac() ? "mac" : "other"): string {
  return key.replace("Mod+", mac === "mac" ? "⌘" : "Ctrl ");
}
