/**
 * Keys of the page. A screen lists its keys with words; the sheet (`?`) shows them, the palette offers
 * them as actions. Single letters can be switched off; they never act while someone writes.
 */
import { useEffect, useRef } from "react";
import { preferences } from "./preferences";
import { kept } from "./store";

export interface PageKey {
  /** As printed: "J", "?", "Enter", "Mod+K", "Shift+X", or a chord "G F". */
  readonly key: string;
  readonly does: string;
  readonly run: (event?: KeyboardEvent) => void;
  /** Acts even while someone writes in a field (only with Mod). */
  readonly always?: "always";
  /** Not offered as an action in the palette (moving up and down). */
  readonly quiet?: "quiet";
}

interface Layer {
  readonly id: number;
  readonly keys: readonly PageKey[];
}

export const layers = kept<readonly Layer[]>([]);
let nextLayer = 1;
const CHORD_MS = 1_200;

/** The name of a pressed key as the screens write it. */
export function pressed(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const letter = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("Mod");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (letter.length > 1 || /[A-Z]/.test(letter))) parts.push("Shift");
  parts.push(letter === " " ? "Space" : letter);
  return parts.join("+");
}

/** Whether a field takes the keys: then only Escape and Mod keys are ours. */
export function takesText(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  if (!element?.tagName) return false;
  if (element.isContentEditable) return true;
  if (element.tagName === "TEXTAREA" || element.tagName === "SELECT") return true;
  if (element.tagName !== "INPUT") return false;
  return !["checkbox", "radio", "button", "submit"].includes((element as HTMLInputElement).type);
}

/** What Enter and Space work by themselves: a press on one of them is theirs. A row's tick knows no Enter: there it opens the row. */
const PRESSED = "button, a, summary, input:not([type=checkbox]), [role=button], [role=menuitem], [role=radio], [role=tab], [role=option], [role=separator]";
/** What lies over the page: its keys must not act behind it. A drawer with `keys-inside` holds a screen of its own, keys and all. */
const OVER_THE_PAGE = ".ant-modal-wrap:not([style*='display: none']), .ant-drawer-open:not(.keys-inside)";

/** Whether a press is the control's own: Enter and Space on what is pressed, chosen or opened with them. */
export function isControls(name: string, target: EventTarget | null): boolean {
  return (name === "Enter" || name === "Space") && Boolean((target as HTMLElement | null)?.closest?.(PRESSED));
}

export interface Found {
  readonly key: PageKey | null;
  /** The first half of a chord, waiting for the second. */
  readonly waiting: string | null;
}

/** The key that a press means: the newest layer wins; a chord needs its first half in `waiting`. */
export function find(open: readonly Layer[], name: string, waiting: string | null): Found {
  const all = [...open].reverse().flatMap((layer) => layer.keys);
  if (waiting) {
    const chord = all.find((key) => key.key === `${waiting} ${name}`);
    if (chord) return { key: chord, waiting: null };
  }
  const plain = all.find((key) => key.key === name);
  if (plain) return { key: plain, waiting: null };
  return { key: null, waiting: all.some((key) => key.key.startsWith(`${name} `)) ? name : null };
}

/** The keys of a screen or dialog, as long as it is shown. */
export function useKeys(keys: readonly PageKey[]): void {
  const latest = useRef(keys);
  latest.current = keys;
  const shape = keys.map((key) => `${key.key}\n${key.does}`).join("\n\n");
  useEffect(() => {
    const id = nextLayer++;
    const stable = latest.current.map((key, i) => ({ ...key, run: (event?: KeyboardEvent) => latest.current[i]?.run(event) }));
    layers.change((before) => [...before, { id, keys: stable }]);
    return () => layers.change((before) => before.filter((layer) => layer.id !== id));
    // The functions are read through `latest`; only new keys or words make a new layer.
  }, [shape]);
}

/** One listener for the whole desk. */
export function listenForKeys(): () => void {
  let waiting: string | null = null;
  let since = 0;
  const listen = (event: KeyboardEvent) => {
    if (event.isComposing || event.defaultPrevented || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    const name = pressed(event);
    const found = find(layers.now(), name, event.timeStamp - since < CHORD_MS ? waiting : null);
    waiting = found.waiting;
    since = event.timeStamp;
    if (!found.key) return;
    const withMod = name.startsWith("Mod+") || name.startsWith("Alt+");
    if (takesText(event.target) && !(found.key.always && withMod)) return;
    if (!withMod && preferences().keys === "off") return;
    // The page's meaning must not come on top of the control's.
    if (isControls(name, event.target)) return;
    if (!withMod && !found.key.always && document.querySelector(OVER_THE_PAGE)) return;
    event.preventDefault();
    found.key.run(event);
  };
  addEventListener("keydown", listen);
  return () => removeEventListener("keydown", listen);
}
