/**
 * The parts of a page behind one row of tabs, one shown at a time; where there are many, behind a list at the side.
 *
 * The row wraps instead of hiding tabs in a menu: the menu's button is not allowed inside a tab list (ARIA 1.2, `tablist`),
 * and a part that cannot be seen is not found. Arrows, Home and End move the choice, as the pattern asks.
 */
import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

export interface Part {
  readonly key: string;
  readonly label: string;
  readonly children: ReactNode;
  /** What it stands under in a list at the side; parts of one group follow each other. */
  readonly group?: string;
}

interface Props {
  readonly items: readonly Part[];
  readonly chosen: string | undefined;
  readonly onChoose: (key: string) => void;
  readonly small?: boolean;
  /** Down the side, where the page is wide enough. */
  readonly side?: boolean;
}

const next = (at: number, last: number) => (at === last ? 0 : at + 1);
const former = (at: number, last: number) => (at === 0 ? last : at - 1);
const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowRight: next,
  ArrowDown: next,
  ArrowLeft: former,
  ArrowUp: former,
  Home: () => 0,
  End: (_, last) => last,
};

export function Parts({ items, chosen, onChoose, small, side }: Props) {
  const id = useId();
  const row = useRef<HTMLDivElement>(null);
  const at = Math.max(0, items.findIndex((one) => one.key === chosen));
  const step = (event: KeyboardEvent) => {
    // Up and down belong to the page unless the list goes down.
    if (!side && (event.key === "ArrowDown" || event.key === "ArrowUp")) return;
    const to = STEPS[event.key]?.(at, items.length - 1);
    const part = to === undefined ? undefined : items[to];
    if (!part || to === undefined) return;
    event.preventDefault();
    onChoose(part.key);
    row.current?.querySelectorAll<HTMLElement>("[role=tab]")[to]?.focus();
  };
  const tab = ({ key, label }: Part) => {
    const i = items.findIndex((one) => one.key === key);
    return <button key={key} type="button" role="tab" id={`${id}-${i}`} aria-selected={i === at} aria-controls={i === at ? `${id}-panel` : undefined} tabIndex={i === at ? 0 : -1} onClick={() => onChoose(key)}>{label}</button>;
  };
  return (
    <div className={`parts${small ? " small" : ""}${side ? " side" : ""}`}>
      <div role="tablist" ref={row} onKeyDown={step} aria-orientation={side ? "vertical" : undefined}>
        {side ? groups(items).map(([group, parts]) => <div key={group} role="presentation" className="parts-group" data-group={group}>{parts.map(tab)}</div>) : items.map(tab)}
      </div>
      {/* The key makes each part anew: nothing of the part before lives on behind the one that is seen. */}
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${at}`} key={items[at]?.key}>{items[at]?.children}</div>
    </div>
  );
}

/** Parts by what they stand under, in order. */
function groups(items: readonly Part[]): [string, Part[]][] {
  const all: [string, Part[]][] = [];
  for (const item of items) {
    const last = all.at(-1);
    if (last && last[0] === (item.group ?? "")) last[1].push(item);
    else all.push([item.group ?? "", [item]]);
  }
  return all;
}
