/** Values as a plan's text writes them. Where a value stands already its own manner of quoting is kept. */

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r" };

/** A text in double quotes, as both TOML and the language of conditions read it. */
export function quoted(text: string): string {
  return `"${[...text].map((sign) => ESCAPES[sign] ?? sign).join("")}"`;
}

export const listed = (texts: readonly string[]) => `[${texts.map(quoted).join(", ")}]`;

/** The text `next` in place of `before`, which the literal `raw` says. */
export function requoted(raw: string, before: string, next: string): string {
  const at = raw.indexOf(before);
  if (before !== "" && at > 0 && fits(raw, next)) return raw.slice(0, at) + next + raw.slice(at + before.length);
  if (raw.startsWith("'''") || /["\\]/.test(next)) return next.includes("'''") || next.endsWith("'") ? quoted(next) : `'''${next}'''`;
  return quoted(next);
}

/** Whether a text can stand as it is between the quotes of a literal. */
function fits(raw: string, text: string): boolean {
  if (raw.startsWith("'''")) return !text.includes("'''") && !text.endsWith("'");
  if (raw.startsWith('"')) return !/["\\]/.test(text) && (raw.startsWith('"""') || !text.includes("\n"));
  return !/['\n]/.test(text);
}

/**
 * The list `next` in place of the list `before`, which the literal `raw` says: what goes is taken out, what comes is put
 * behind the last, and only another order writes the places anew. Comments and lines of the list stay.
 */
export function relisted(raw: string, before: readonly string[], next: readonly string[]): string {
  const places = elements(raw);
  if (places.length !== before.length || before.length === 0) return listed(next);
  const stays = before.filter((text) => next.includes(text));
  const common = next.filter((text) => before.includes(text));
  if (stays.join("\n") === common.join("\n") && next.slice(0, stays.length).join("\n") === stays.join("\n")) return listedAgain(raw, places, before, next, stays);
  // Another order: what stands in each place is written anew, the places and what is said beside them stay.
  if (next.length === before.length) return places.reduceRight((text, place, i) => text.slice(0, place.from) + quoted(next[i]!) + text.slice(place.to), raw);
  return listed(next);
}

interface Place {
  readonly from: number;
  readonly to: number;
}

function listedAgain(raw: string, places: readonly Place[], before: readonly string[], next: readonly string[], stays: readonly string[]): string {
  if (stays.length === 0) return listed(next);
  const last = before.lastIndexOf(stays.at(-1)!);
  const added = next.slice(stays.length).map((text) => `, ${quoted(text)}`).join("");
  let text = raw;
  for (let i = places.length - 1; i >= 0; i -= 1) {
    const { from, to } = places[i]!;
    if (i === last) text = text.slice(0, to) + added + text.slice(to);
    if (stays.includes(before[i]!)) continue;
    // With its comma: the one behind it, or of the last one the one before.
    const comma = /^\s*,/.exec(text.slice(to));
    if (i < last && !comma) return listed(next);
    const behind = text.slice(to + (comma?.[0].length ?? 0));
    const ahead = comma ? text.slice(0, from) : text.slice(0, from).replace(/,\s*$/, "");
    // A line of its own goes whole.
    const alone = /\r?\n[ \t]*$/.exec(ahead);
    text = alone && /^[ \t]*\r?\n/.test(behind) ? ahead.slice(0, alone.index) + behind.replace(/^[ \t]*/, "") : ahead + behind.replace(/^[ \t]+/, "");
  }
  return text;
}

/** The quoted texts of a list, comments passed over. */
function elements(raw: string): Place[] {
  const found: Place[] = [];
  for (let i = 1; i < raw.length; i += 1) {
    const sign = raw[i]!;
    if (sign === "#") {
      const end = raw.indexOf("\n", i);
      i = end < 0 ? raw.length : end;
    } else if (sign === '"' || sign === "'") {
      const from = i;
      for (i += 1; i < raw.length && raw[i] !== sign; i += 1) if (sign === '"' && raw[i] === "\\") i += 1;
      found.push({ from, to: i + 1 });
    }
  }
  return found;
}
