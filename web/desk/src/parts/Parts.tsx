/**
 * The parts of a page behind one row of tabs, one shown at a time.
 *
 * The row wraps instead of hiding tabs in a menu: the menu's button is not allowed inside a tab list (ARIA 1.2, `tablist`),
 * and a part that cannot be seen is not found. Left and right arrows, Home and End move the choice, as the pattern asks.
 */
import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

export interface Part {
  readonly key: string;
  readonly label: string;
  readonly children: ReactNode;
}

interface Props {
  readonly items: readonly Part[];
  readonly chosen: string | undefined;
  readonly onChoose: (key: string) => void;
  readonly small?: boolean;
}

const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowRight: (at, last) => (at === last ? 0 : at + 1),
  ArrowLeft: (at, last) => (at === 0 ? last : at - 1),
  Home: () => 0,
  End: (_, last) => last,
};

export function Parts({ items, chosen, onChoose, small }: Props) {
  const id = useId();
  const row = useRef<HTMLDivElement>(null);
  const at = Math.max(0, items.findIndex((one) => one.key === chosen));
  const step = (event: KeyboardEvent) => {
    const next = STEPS[event.key]?.(at, items.length - 1);
    const part = next === undefined ? undefined : items[next];
    if (!part || next === undefined) return;
    event.preventDefault();
    onChoose(part.key);
    row.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  return (
    <div className={small ? "parts small" : "parts"}>
      <div role="tablist" ref={row} onKeyDown={step}>
        {items.map(({ key, label }, i) => (
          <button key={key} type="button" role="tab" id={`${id}-${i}`} aria-selected={i === at} aria-controls={i === at ? `${id}-panel` : undefined} tabIndex={i === at ? 0 : -1} onClick={() => onChoose(key)}>{label}</button>
        ))}
      </div>
      {/* The key makes each part anew: nothing of the part before lives on behind the one that is seen. */}
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${at}`} key={items[at]?.key}>{items[at]?.children}</div>
    </div>
  );
}
