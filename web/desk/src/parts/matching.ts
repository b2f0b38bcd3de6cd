/** The rows in which every word that was typed stands somewhere. */
export function matching<T>(rows: readonly T[], typed: string, textOf: (row: T) => readonly (string | undefined)[]): T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = textOf(row).join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
