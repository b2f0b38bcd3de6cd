/**
 * A change that was made on what stood in the form, brought onto what stands there by now: of two quick changes the second
 * is made before the form has followed the first, and must not take it back.
 */

interface Splice {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/** The one stretch in which two texts differ. */
function difference(before: string, after: string): Splice {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from += 1;
  let end = 0;
  while (end < most - from && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { from, to: before.length - end, by: after.slice(from, after.length - end) };
}

/** What `next`, written on `base`, is on `now`; where both changed the same place, the later one stands. */
export function rebased(base: string, next: string, now: string): string {
  if (now === base) return next;
  const [mine, theirs] = [difference(base, next), difference(base, now)];
  const onto = (shift: number) => now.slice(0, mine.from + shift) + mine.by + now.slice(mine.to + shift);
  if (mine.to <= theirs.from) return onto(0);
  if (mine.from >= theirs.to) return onto(now.length - base.length);
  return next;
}

/** The same for a list in which each value stands once: what was taken out or put in, and the order where that is what changed. */
export function listRebased(base: readonly string[], next: readonly string[], now: readonly string[]): string[] {
  const kept = now.filter((one) => next.includes(one) || !base.includes(one));
  const added = next.filter((one) => !base.includes(one) && !now.includes(one));
  const moved = base.filter((one) => next.includes(one)).join("\n") !== next.filter((one) => base.includes(one)).join("\n");
  if (!moved) return [...kept, ...added];
  return [...next.filter((one) => kept.includes(one) || added.includes(one)), ...kept.filter((one) => !next.includes(one))];
}

/** Moves a value one place up or down; at the end it stays. */
export function shifted(now: readonly string[], one: string, by: 1 | -1): string[] {
  const at = now.indexOf(one);
  const other = now[at + by];
  if (at < 0 || other === undefined) return [...now];
  return now.map((each) => (each === one ? other : each === other ? one : each));
}
