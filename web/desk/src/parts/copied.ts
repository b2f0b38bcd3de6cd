/**
 * A text onto the clipboard. On plain http, where a branch may run, a browser gives pages no clipboard: there the old
 * command copies, and where that is refused too, the text is selected for the reader to copy by key.
 */
import { App } from "antd";
import { keyText } from "../frame/keyText";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";

type Outcome = "copied" | "selected";

export async function copied(text: string, shown: HTMLElement | null): Promise<Outcome> {
  try {
    await navigator.clipboard.writeText(text);
    return "copied";
  } catch {
    // None there, or not allowed.
  }
  if (byCommand(text, shown)) return "copied";
  if (shown) select(shown);
  return "selected";
}

/**
 * Beside what is shown: a dialog would take the focus back from a field outside of it. Not within what is folded, where no
 * field takes the focus; and without it the command would copy whatever else is selected.
 */
function byCommand(text: string, shown: HTMLElement | null): boolean {
  const before = document.activeElement as HTMLElement | null;
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "unseen";
  ((shown?.closest("details") ?? shown)?.parentElement ?? document.body).append(field);
  field.focus({ preventScroll: true });
  field.select();
  try {
    return document.activeElement === field && document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    before?.focus({ preventScroll: true });
  }
}

function select(shown: HTMLElement): void {
  shown.closest("details")?.setAttribute("open", "");
  const field = shown.querySelector("textarea");
  if (!field) return void getSelection()?.selectAllChildren(shown);
  field.focus();
  field.select();
}

/** Copies and says what came of it; `shown` is where the reader sees the text. */
export function useCopy(): (text: string, shown: HTMLElement | null) => void {
  const words = useWords(partsWords);
  const { message } = App.useApp();
  return (text, shown) => void copied(text, shown).then((outcome) => (outcome === "copied" ? message.success(words.copied) : message.warning(words.copyYourself(keyText("Mod+C")), 8)));
}
