/** What Enter meant in the palette while the answer to the typed text was still under way. */

interface Choice {
  readonly group: string;
  readonly id: string;
}

/** The first of what will be found, or a row that was pointed at. */
export type Held = "first" | { readonly row: string };

const keyOf = ({ group, id }: Choice) => `${group} ${id}`;

/** Nobody pointed anywhere: the first of what comes. A row that was pointed at is that row, wherever it stands then. */
export function heldAt(rows: readonly Choice[], at: number): Held {
  const row = rows[at];
  return at === 0 || !row ? "first" : { row: keyOf(row) };
}

/** The row that was meant; none where it is gone, for another one was not meant. */
export function meant<R extends Choice>(rows: readonly R[], held: Held): R | undefined {
  return held === "first" ? rows[0] : rows.find((row) => keyOf(row) === held.row);
}
