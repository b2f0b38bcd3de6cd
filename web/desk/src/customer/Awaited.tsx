/** Holds the focus where a field is about to be: what is typed while its code comes is no key of the page. */
import { Input } from "antd";
import type { Later } from "../parts/later";

interface Props {
  readonly of: Pick<Later<never>, "useCode">;
  readonly label: string;
  /** What the field is going to show. */
  readonly text?: string;
  readonly onEscape: () => void;
}

export function Awaited({ of, label, text, onEscape }: Props) {
  if (of.useCode() === "there") return null;
  return <Input size="small" readOnly autoFocus aria-label={label} value={text} onKeyDown={(event) => event.key === "Escape" && onEscape()} />;
}
