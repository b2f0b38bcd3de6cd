/** The head of a column with its edge to pull: by mouse, or by ← and → while the edge has the focus (↑ ↓ for the next edge). */
import { type KeyboardEvent, type PointerEvent, useCallback, useMemo, useState } from "react";
import { OWN } from "../frame/store";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";
import { fitting, leastOf, templateOf, WIDTH_MAX, WIDTH_MIN } from "./grid";

type Widths = Readonly<Record<string, number>>;

function kept(place: string): Widths {
  try {
    return JSON.parse(localStorage.getItem(place) ?? "{}") as Widths;
  } catch {
    return {};
  }
}

/** The widths of a list's columns, as this person pulled them here. */
export function useWidths(name: string, columns: readonly { key: string; width: number }[], choice: boolean) {
  const place = `${OWN}columns.${name}`;
  const [pulled, set] = useState<Widths>(() => kept(place));
  const pull = useCallback((key: string, width: number | null) => {
    set((before) => {
      const { [key]: _, ...others } = before;
      const next = width === null ? others : { ...others, [key]: fitting(width) };
      try {
        localStorage.setItem(place, JSON.stringify(next));
      } catch {
        // A full browser forgets the widths at the next reload.
      }
      return next;
    });
  }, [place]);
  const template = useMemo(() => templateOf(columns, pulled, choice), [columns, pulled, choice]);
  return { template, least: leastOf(columns, pulled, choice), pull, widths: columns.map(({ key, width }) => pulled[key] ?? width) };
}

interface Props {
  readonly title: string;
  readonly width: number;
  /** The first edge is where Tab arrives. */
  readonly first: boolean;
  readonly align?: "right";
  readonly fixed?: "first" | "after";
  readonly onPull: (width: number | null) => void;
}

const STEP_PX = 16;

export function ColumnHead({ title, width, first, align, fixed, onPull }: Props) {
  const words = useWords(partsWords).table;
  const begin = (event: PointerEvent<HTMLSpanElement>) => {
    const edge = event.currentTarget;
    const [from, wide] = [event.clientX, edge.parentElement!.getBoundingClientRect().width];
    event.preventDefault();
    edge.setPointerCapture(event.pointerId);
    edge.onpointermove = (move) => onPull(wide + move.clientX - from);
    edge.onlostpointercapture = () => { edge.onpointermove = null; };
  };
  const keys = (event: KeyboardEvent<HTMLSpanElement>) => {
    const wide = event.currentTarget.parentElement!.getBoundingClientRect().width;
    const edges = [...event.currentTarget.closest(".grid-head")!.querySelectorAll<HTMLElement>(".grid-edge")];
    const next = edges[edges.indexOf(event.currentTarget) + ({ ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0)];
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") onPull(wide + (event.key === "ArrowLeft" ? -STEP_PX : STEP_PX));
    else if (event.key === "Home") onPull(null);
    else if (event.key.startsWith("Arrow")) next?.focus();
    else return;
    event.preventDefault();
  };
  return (
    <div role="columnheader" className={`grid-cell ${align ?? ""} ${fixed ?? ""}`}>
      <span className="one-line">{title}</span>
      <span
        className="grid-edge" role="separator" aria-orientation="vertical" aria-label={words.edge(title)} title={words.edgeHint} aria-valuenow={Math.round(width)} aria-valuemin={WIDTH_MIN} aria-valuemax={WIDTH_MAX}
        tabIndex={first ? 0 : -1} onPointerDown={begin} onDoubleClick={() => onPull(null)} onKeyDown={keys}
      />
    </div>
  );
}
