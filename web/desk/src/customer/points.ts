/** What of the ways to reach a customer may be changed, and what is sent. Pure, so that what replaces what can be tested without a screen. */

export const POINT_KINDS = ["phone", "mail", "wechat", "address", "id_number"] as const;
export type PointKind = (typeof POINT_KINDS)[number];
/** The program takes so many of one kind. */
export const POINTS_MAX = 10;

export const isPointKind = (key: string): key is PointKind => (POINT_KINDS as readonly string[]).includes(key);

/** What is on file of a kind, the preferred one first: the order in which it is sent back. */
export function heldOf<P extends { readonly kind: string; readonly rank: number }>(points: readonly P[], kind: PointKind): readonly P[] {
  return points.filter((point) => point.kind === kind).sort((a, b) => a.rank - b.rank);
}

/** Those kinds of which nothing is on file. */
export function missingKinds(points: readonly { readonly kind: string }[]): readonly PointKind[] {
  return POINT_KINDS.filter((kind) => !points.some((point) => point.kind === kind));
}

/**
 * The list that takes the place of what is on file; null where there is nothing to send. Whoever was shown what is on file
 * may leave none of it; whoever was not does not empty it by an empty field.
 */
export function toSave(texts: readonly string[], from: "closed" | "opened" | "blank"): string[] | null {
  const list = texts.map((text) => text.trim()).filter(Boolean);
  if (from === "closed" || (from === "blank" && list.length === 0)) return null;
  return list;
}
