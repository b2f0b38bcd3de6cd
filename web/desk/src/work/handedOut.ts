/** What came of a hand-out, as it is told: how many were given, how many went to nobody, and why. */
import { wordFor } from "../frame/words";

/** How many went to nobody, by reason. */
export type Left = Readonly<Record<string, number>>;

interface Words {
  readonly done: (n: number) => string;
  readonly skipped: (n: number, why: string) => string;
  readonly leftWhy: Readonly<Record<string, string>>;
}

export function together(one: Left, other: Left): Left {
  const sum: Record<string, number> = { ...one };
  for (const [why, count] of Object.entries(other)) sum[why] = (sum[why] ?? 0) + count;
  return sum;
}

/** The most frequent reason first. */
export function outcomeSaid(words: Words, total: number, left: Left): string {
  const reasons = Object.entries(left).filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  const all = reasons.reduce((sum, [, count]) => sum + count, 0);
  const why = reasons.map(([reason, count]) => `${wordFor(words.leftWhy, reason)} ${count}`).join(" · ");
  return [words.done(total), ...(all > 0 ? [words.skipped(all, why)] : [])].join(" · ");
}
