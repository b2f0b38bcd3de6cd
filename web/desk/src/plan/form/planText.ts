/**
 * A change of one value of a plan's text. The text is the truth: only the stretch of that value is written anew, or one
 * line comes or goes; comments, order and everything else stay as they are.
 */
import type { PlanEntry, PlanOutline } from "../../frame/shapes";
import { listed, quoted, relisted, requoted } from "./literal";

/** A text with its values. */
export interface Shape {
  readonly text: string;
  readonly outline: PlanOutline;
}

/** The order in which a new key takes its place. */
const ORDER = [
  "key", "business_type", "title", "reason", "for_each", "as", "who", "worth", "factor", "cost", "channels", "by", "skills", "script", "templates",
  "limits.priority", "limits.cooldown_days", "limits.cap_30d", "limits.expires_after_days", "limits.quiet_days", "limits.at", "limits.counts_as_contact",
];
/** Tables that are written with a head of their own when there is none yet. */
const HEADED = ["limits", "proof"];

export const entryOf = ({ outline }: Shape, path: string): PlanEntry | undefined => outline.entries.find((one) => one.path === path);
export const saidBy = (shape: Shape, path: string): string => entryOf(shape, path)?.words[0] ?? "";
export const saidAllBy = (shape: Shape, path: string): readonly string[] => entryOf(shape, path)?.words ?? [];

/** A text; an empty one takes the key away. */
export function putText(shape: Shape, path: string, next: string): string {
  const now = entryOf(shape, path);
  if (!next) return put(shape, path, null);
  return put(shape, path, now?.kind === "text" ? requoted(cut(shape, now), now.words[0]!, next) : quoted(next));
}

/** A list of texts; an empty one takes the key away. */
export function putTexts(shape: Shape, path: string, next: readonly string[]): string {
  const now = entryOf(shape, path);
  if (next.length === 0) return put(shape, path, null);
  return put(shape, path, now?.kind === "texts" ? relisted(cut(shape, now), now.words, next) : listed(next));
}

/** A value as it is written; none takes the key away. */
export function put(shape: Shape, path: string, literal: string | null): string {
  const now = entryOf(shape, path);
  if (now && literal !== null) return spliced(shape.text, now.at.from, now.at.to, literal);
  if (now) return without(shape, now);
  return literal === null ? shape.text : withNew(shape, path, literal);
}

const cut = ({ text }: Shape, { at }: PlanEntry) => text.slice(at.from, at.to);
const spliced = (text: string, from: number, to: number, by: string) => text.slice(0, from) + by + text.slice(to);
const parentOf = (path: string) => (path.includes(".") ? path.slice(0, path.indexOf(".")) : "");
const nameOf = (path: string) => path.slice(path.indexOf(".") + 1);

/** How a table is written: `{ … }` on the line of its key, under a head of its own, or by dotted keys. */
function manner({ text }: Shape, table: PlanEntry): "inline" | "headed" | "dotted" {
  if (text[table.at.from] === "{") return "inline";
  return text[table.at.from] === "[" ? "headed" : "dotted";
}

function without(shape: Shape, entry: PlanEntry): string {
  const { text } = shape;
  const parent = entryOf(shape, parentOf(entry.path));
  if (parent && manner(shape, parent) === "inline") {
    const beside = within(shape, parent.path);
    const at = beside.indexOf(entry);
    if (beside.length === 1) return without(shape, parent);
    return at > 0 ? spliced(text, beside[at - 1]!.at.to, entry.at.to, "") : spliced(text, entry.key.from, beside[1]!.key.from, "");
  }
  const from = lineStart(text, entry.key.from);
  const end = lineEnd(text, entry.at.to);
  const rest = text.slice(entry.at.to, end).trim();
  // What is said behind the value stays, on a line of its own.
  return rest ? spliced(text, from, end, rest) : spliced(text, from, Math.min(end + eol(text).length, text.length), "");
}

function withNew(shape: Shape, path: string, literal: string): string {
  const { text } = shape;
  const above = parentOf(path);
  const line = `${nameOf(path)} = ${literal}`;
  if (!above) return lineAfter(text, lastBefore(path, shape.outline.entries.filter((one) => !one.path.includes(".") && !isHeaded(shape, one))), line);
  const parent = entryOf(shape, above);
  if (!parent) {
    if (!HEADED.includes(above)) return withNew(shape, above, `{ ${line} }`);
    return lineAfter(text, Math.max(0, ...shape.outline.entries.map((one) => one.at.to)), `[${above}]${eol(text)}${line}`);
  }
  const beside = within(shape, above);
  if (manner(shape, parent) === "inline") {
    const last = beside.at(-1);
    return last ? spliced(text, last.at.to, last.at.to, `, ${line}`) : spliced(text, parent.at.from, parent.at.to, `{ ${line} }`);
  }
  const place = lastBefore(path, beside) || parent.at.to;
  return lineAfter(text, place, manner(shape, parent) === "dotted" ? `${above}.${line}` : line);
}

const within = ({ outline }: Shape, table: string) => outline.entries.filter((one) => parentOf(one.path) === table);
const isHeaded = (shape: Shape, entry: PlanEntry) => entry.kind === "table" && manner(shape, entry) !== "inline";

/** The end of the nearest key that usually stands before `path`, else of the last one. */
function lastBefore(path: string, beside: readonly PlanEntry[]): number {
  const before = ORDER.slice(0, Math.max(ORDER.indexOf(path), 0));
  const usual = before.map((one) => beside.find((entry) => entry.path === one)).filter((entry) => entry !== undefined).at(-1);
  return (usual ?? beside.at(-1))?.at.to ?? 0;
}

function lineAfter(text: string, place: number, line: string): string {
  if (place === 0) return `${line}${eol(text)}${text}`;
  const end = lineEnd(text, place);
  return spliced(text, end, end, eol(text) + line);
}

const eol = (text: string) => (text.includes("\r\n") ? "\r\n" : "\n");
const lineStart = (text: string, at: number) => text.lastIndexOf("\n", at - 1) + 1;
function lineEnd(text: string, at: number): number {
  const end = text.indexOf(eol(text), at);
  return end < 0 ? text.length : end;
}
