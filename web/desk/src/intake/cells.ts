/** The cells of one column among the problems of one kind, and how many there are of a grade. */
import type { ProblemKind } from "../frame/shapes";

interface Cells<C> {
  readonly items: readonly C[];
  readonly next?: string | null;
}

/**
 * The next page with such a cell. The server is asked for the column; one that cannot be named to it (that of whole rows), or
 * that it does not tell apart, is looked for page by page, so that no page comes out empty before the end.
 */
export async function cellsOf<C extends { readonly column: string }>(ask: (cursor: string | undefined) => Promise<Cells<C>>, column: string, cursor: string | undefined): Promise<{ items: C[]; next: string | null }> {
  for (;;) {
    const page = await ask(cursor);
    const items = page.items.filter((cell) => cell.column === column);
    const next = page.next ?? null;
    if (items.length > 0 || next === null) return { items, next };
    cursor = next;
  }
}

/** How many errors or warnings the kinds are together. */
export const problemSum = (kinds: readonly Pick<ProblemKind, "severity" | "count">[], severity: string): number =>
  kinds.filter((kind) => kind.severity === severity).reduce((all, kind) => all + kind.count, 0);
