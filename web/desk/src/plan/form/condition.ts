/**
 * Changes of a condition by its parts, each on the stretch it concerns: the rest of the expression, its comments and its
 * brackets stay as they are written.
 */
import type { Branch, FactChoice, Given, ItemChoice, KeyChoice, PlanChoices, Stretch } from "../../frame/shapes";
import { quoted } from "./literal";

export type Row = Extract<Branch["what"], { kind: "row" }>;
export type Group = Extract<Branch["what"], { kind: "group" }>;
export type GivenKind = Given["kind"];

export const cut = (source: string, at: Stretch) => source.slice(at.from, at.to);
const spliced = (source: string, at: Stretch, by: string) => source.slice(0, at.from) + by + source.slice(at.to);

/** A value as a condition writes it. */
export function written(kind: GivenKind, words: readonly string[]): string {
  const word = words[0] ?? "";
  switch (kind) {
    case "text": return quoted(word);
    case "texts": return `[${words.map(quoted).join(", ")}]`;
    case "money": return `yuan(${word})`;
    case "days": return `days(${word})`;
    case "date": return `date(${quoted(word)})`;
    case "today": return Number(word) === 0 ? "today" : `today ${Number(word) < 0 ? "-" : "+"} days(${Math.abs(Number(word))})`;
    default: return word;
  }
}

export function rowText(left: string, sign: string, kind: GivenKind, words: readonly string[]): string {
  const value = written(kind, words);
  return sign === "has" ? `${value} in ${left}` : `${left} ${sign} ${value}`;
}

/** A row without the brackets around it. */
function core({ left, value }: Row): Stretch {
  return { from: Math.min(left.from, value.at.from), to: Math.max(left.to, value.at.to) };
}

export const withValue = (source: string, row: Row, kind: GivenKind, words: readonly string[]) => spliced(source, row.value.at, written(kind, words));

/** Another sign; between "is" and "is one of" the value becomes a list, and a list its first text. */
export function withSign(source: string, row: Row, sign: string): string {
  const { kind, words } = row.value;
  if (sign === "in" && kind === "text") return spliced(source, core(row), rowText(cut(source, row.left), sign, "texts", words));
  if (sign !== "in" && kind === "texts") return spliced(source, core(row), rowText(cut(source, row.left), sign, "text", words));
  return spliced(source, row.sign_at, sign);
}

/** Another fact. Of the same kind sign and value stay, else both begin anew. */
export function withLeft(source: string, branch: Branch, left: string, known: Known): string {
  const { what } = branch;
  const fresh = freshRow(left, known);
  if (what.kind === "row") {
    const same = kindOf(cut(source, what.left), known) === kindOf(left, known);
    if (!same && kindOf(left, known) === "bool") return spliced(source, branch.inner, left);
    const keeps = same && choicesOf(left, known).length === 0 && what.sign !== "has";
    return spliced(source, keeps ? what.left : core(what), keeps ? left : fresh);
  }
  if (kindOf(left, known) === "bool") return spliced(source, branch.inner, left);
  return spliced(source, branch.inner, branch.denied === "yes" ? `(${fresh})` : fresh);
}

/** Turns a part round: `!` before it, or away with it. */
export function denied(source: string, branch: Branch): string {
  if (branch.denied === "yes") {
    const before = source.slice(branch.at.from, branch.inner.from).lastIndexOf("!") + branch.at.from;
    return spliced(source, { from: before, to: before + 1 }, "");
  }
  if (branch.what.kind === "fact") return spliced(source, { from: branch.inner.from, to: branch.inner.from }, "!");
  const bracketed = branch.what.kind === "row" && core(branch.what).from > branch.at.from;
  return spliced(source, branch.at, bracketed ? `!${cut(source, branch.at)}` : `!(${cut(source, branch.at)})`);
}

/** Takes a part of a group out, with the sign that joins it; comments between the parts stay. */
export function without(source: string, group: Group, at: number): string {
  const part = group.parts[at]!;
  if (at > 0) return spliced(source, { from: trimmedBack(source, group.joints[at - 1]!.from), to: part.at.to }, "");
  const joint = group.joints[0]!;
  const between = source.slice(part.at.to, joint.from);
  const behind = /^[ \t]*/.exec(source.slice(joint.to))![0].length;
  return spliced(source, { from: part.at.from, to: joint.to + behind }, between.trim() ? between.trimStart() : "");
}

/** Spaces before a joining sign go with it; a line that ends in a comment stays whole. */
function trimmedBack(source: string, from: number): number {
  const spaces = /[ \t]*$/.exec(source.slice(0, from))![0].length;
  return from - spaces;
}

const SIGNS = { all: "&&", any: "||" } as const;

/** Adds a condition to a group, or to what stands alone. */
export function withRow(source: string, branch: Branch, row: string): string {
  const { what } = branch;
  if (what.kind === "group" && branch.denied === "no") {
    const last = what.parts.at(-1)!.at.to;
    return spliced(source, { from: last, to: last }, ` ${SIGNS[what.join]} ${row}`);
  }
  const loose = what.kind === "text" && branch.denied === "no" && /[?]/.test(cut(source, branch.at));
  return spliced(source, branch.at, `${loose ? `(${cut(source, branch.at)})` : cut(source, branch.at)} && ${row}`);
}

/** Sets another condition beside a part: one of the two is to hold in a group of all, both in a group of any. */
export function withBeside(source: string, part: Branch, join: "all" | "any", row: string): string {
  return spliced(source, part.at, `(${cut(source, part.at)} ${SIGNS[join === "all" ? "any" : "all"]} ${row})`);
}

/** Joins a group by the other sign. */
export function withJoin(source: string, group: Group, join: "all" | "any"): string {
  return group.joints.reduceRight((text, joint) => spliced(text, joint, SIGNS[join]), source);
}

/** What may be asked for, with the name under which a plan speaks of its item. */
export interface Known {
  readonly choices: PlanChoices;
  readonly item: string;
  readonly facts: ReadonlyMap<string, FactChoice>;
}

export function known(choices: PlanChoices, labels: readonly KeyChoice[], forEach: string, as: string): Known {
  const items: ItemChoice | undefined = choices.items.find((one) => one.key === forEach);
  const item = as || forEach;
  const facts = new Map<string, FactChoice>();
  for (const fact of items?.facts ?? []) facts.set(`${item}.${fact.key}`, fact);
  for (const fact of choices.facts) facts.set(fact.key, fact.key === "labels" ? { ...fact, choices: [...labels] } : fact);
  return { choices, item, facts };
}

const CALLS: Readonly<Record<string, string>> = {
  anniversary: "date", months_since: "int", years_since: "int", weekday: "int", month: "int", day_of_month: "int", days_between: "int", size: "int", festival: "string",
};

/** The kind of what stands left of a sign; none where it is worked out in a way that is not told here. */
export function kindOf(left: string, known: Known): string | null {
  const fact = factOf(left, known);
  if (fact) return fact.kind;
  const call = /^(\w+)\((?:[^()]|\([^()]*\))*\)$/.exec(left)?.[1];
  return (call && CALLS[call]) ?? null;
}

export const factOf = (left: string, { facts }: Known) => facts.get(left.replace(/^customer\./, ""));

/** The texts that a left side may be compared with, where they are counted. */
export function choicesOf(left: string, known: Known): readonly KeyChoice[] {
  if (left.startsWith("festival(")) return known.choices.festivals;
  return factOf(left, known)?.choices ?? [];
}

/** The signs that go with a kind. */
export function signsOf(kind: string | null, now: string): readonly string[] {
  if (kind === "string") return ["==", "!=", "in"];
  if (kind === "list<string>") return ["has"];
  return kind === null ? [now] : ["==", "!=", "<", "<=", ">", ">="];
}

/** A first condition on a fact, to be changed at once. */
export function freshRow(left: string, known: Known): string {
  const choice = choicesOf(left, known)[0]?.key ?? "";
  switch (kindOf(left, known)) {
    case "bool": return left;
    case "string": return `${left} == ${quoted(choice)}`;
    case "list<string>": return `${quoted(choice)} in ${left}`;
    case "money": return `${left} >= yuan(0)`;
    case "days": return `${left} >= days(0)`;
    case "date": return `${left} == today`;
    default: return `${left} >= 0`;
  }
}
