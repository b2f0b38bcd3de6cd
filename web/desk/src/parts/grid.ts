/** What a long list draws and what a range of it is. Pure, so that it is proved without a screen. */

/** Rows above and below those in sight that are drawn too, so that a short pull shows no gap. */
const BEYOND = 8;
/** The drawn part moves by this many rows at once. */
const STEP = 4;

/** The rows to draw, `from` inclusive and `to` exclusive. */
export function inSight(scrolled: number, height: number, each: number, count: number): { from: number; to: number } {
  const first = Math.floor(scrolled / each) - BEYOND;
  const last = Math.ceil((scrolled + height) / each) + BEYOND;
  return { from: Math.max(0, Math.floor(first / STEP) * STEP), to: Math.min(count, Math.ceil(last / STEP) * STEP) };
}

/** The ids from one row to another, both of them too, whichever comes first; only the second without the first. */
export function between(rows: readonly { id: string }[], one: string | null, other: string): string[] {
  const from = rows.findIndex((row) => row.id === one);
  const to = rows.findIndex((row) => row.id === other);
  if (to < 0) return [];
  if (from < 0) return [other];
  return rows.slice(Math.min(from, to), Math.max(from, to) + 1).map((row) => row.id);
}

/** Rows with a line for each heading before the first row that stands under it. */
export function withHeads<T>(rows: readonly T[], headOf: ((row: T) => string) | undefined): { readonly row?: T; readonly head?: string }[] {
  let last: string | undefined;
  return rows.flatMap((row) => {
    const head = headOf?.(row);
    const begins = head !== undefined && head !== last;
    last = head;
    return begins ? [{ head }, { row }] : [{ row }];
  });
}

/**
 * A number for the place of each row: rows that stay keep theirs, rows that come take those of rows that left, in their
 * order. The place of `held` stays empty when that row left.
 */
export function slotted(ids: readonly string[], before: ReadonlyMap<string, number>, held: string | null): ReadonlyMap<string, number> {
  const staying = new Set(ids);
  const free = [...before].filter(([id]) => !staying.has(id) && id !== held).map(([, slot]) => slot);
  let fresh = Math.max(-1, ...before.values()) + 1;
  return new Map(ids.map((id) => [id, before.get(id) ?? free.shift() ?? fresh++]));
}

export const WIDTH_MIN = 56;
export const WIDTH_MAX = 640;

/** A width that a column may have. */
export function fitting(width: number): number {
  return Math.round(Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, width)));
}

/** The least width of a row: each column as narrow as it may be. */
export function leastOf(columns: readonly { key: string; width: number }[], pulled: Readonly<Record<string, number>>, choice: boolean): number {
  return columns.reduce((sum, { key, width }) => sum + (pulled[key] ?? width), choice ? 40 : 0);
}

/** The widths of all columns as a style: what was pulled stands still, the others share what is left over. */
export function templateOf(columns: readonly { key: string; width: number }[], pulled: Readonly<Record<string, number>>, choice: boolean): string {
  const tracks = columns.map(({ key, width }) => (pulled[key] === undefined ? `minmax(${width}px, ${width}fr)` : `${pulled[key]}px`));
  // With every column pulled the rest of the row stays empty.
  const rest = columns.every(({ key }) => pulled[key] !== undefined) ? ["1fr"] : [];
  return [...(choice ? ["40px"] : []), ...tracks, ...rest].join(" ");
}
