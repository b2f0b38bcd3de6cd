/** A form of remarks as it is edited: what it looks like when written, what is wrong with it, and its keys. */
import type { Language } from "../frame/preferences";

export interface Both {
  readonly zh: string;
  readonly en: string;
}

export interface Choice {
  readonly key: string;
  readonly title: Both;
}

export interface Part {
  readonly key: string;
  readonly title: Both;
  readonly kind: "text" | "day" | "day_or_none" | "choice";
  readonly need: "required" | "optional";
  readonly choices: readonly Choice[];
  readonly fill?: "today" | "channel" | "next" | null;
}

/** What the program can put into a part of each kind by itself. */
export const FILLS: Readonly<Record<Part["kind"], readonly NonNullable<Part["fill"]>[]>> = { text: [], day: ["today"], day_or_none: ["next"], choice: ["channel"] };

export const PARTS_MOST = 20;

/** The words for channels where the program fills the channel in: their keys are those of the channels. */
export const CHANNEL_WORDS: readonly Choice[] = [
  { key: "phone", title: { zh: "电话", en: "phone" } },
  { key: "visit", title: { zh: "面谈", en: "visit" } },
  { key: "wechat", title: { zh: "微信", en: "WeChat" } },
  { key: "sms", title: { zh: "短信", en: "SMS" } },
  { key: "mail", title: { zh: "邮件", en: "mail" } },
];

export const FRESH: readonly Part[] = [
  { key: "day", title: { zh: "日期", en: "Date" }, kind: "day", need: "required", choices: [], fill: "today" },
  { key: "way", title: { zh: "方式", en: "By" }, kind: "choice", need: "required", choices: CHANNEL_WORDS, fill: "channel" },
  { key: "points", title: { zh: "要点", en: "Points" }, kind: "text", need: "required", choices: [] },
  { key: "next", title: { zh: "下次", en: "Next" }, kind: "day_or_none", need: "required", choices: [], fill: "next" },
];

/** A key that no other part has; keys never change, since remarks are understood by them. */
export function freshKey(others: readonly { readonly key: string }[], word: string): string {
  const taken = new Set(others.map((one) => one.key));
  for (let n = others.length + 1; ; n += 1) if (!taken.has(`${word}_${n}`)) return `${word}_${n}`;
}

/** A part of another kind keeps its label; what belongs to the old kind goes. */
export function ofKind(part: Part, kind: Part["kind"]): Part {
  return { ...part, kind, fill: null, choices: kind === "choice" ? (part.choices.length > 0 ? part.choices : [{ key: "choice_1", title: { zh: "", en: "" } }]) : [] };
}

export const filledBy = (part: Part, fill: Part["fill"]): Part => ({ ...part, fill: fill ?? null, choices: fill === "channel" ? CHANNEL_WORDS : part.choices });

/** What is wrong with a part among the others, as the server would say it: stable words. */
export function wrongWith(parts: readonly Part[], at: number): "label" | "twice" | "choices" | null {
  const part = parts[at]!;
  const { zh, en } = trimmed(part.title);
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  if ([zh, en].some((label) => label === "" || bytes(label) > 24 || /[【】[\]:：]/.test(label))) return "label";
  if (parts.slice(0, at).some(({ title }) => title.zh.trim() === zh || title.en.trim().toLowerCase() === en.toLowerCase())) return "twice";
  return part.kind === "choice" && (part.choices.length === 0 || part.choices.some(({ title }) => !title.zh.trim() || !title.en.trim())) ? "choices" : null;
}

const trimmed = ({ zh, en }: Both): Both => ({ zh: zh.trim(), en: en.trim() });

/** The parts as they are sent. */
export const sent = (parts: readonly Part[]): Part[] => parts.map((part) => ({ ...part, title: trimmed(part.title), choices: part.choices.map((one) => ({ ...one, title: trimmed(one.title) })) }));

/** A remark in the form, with samples where the writer writes. */
export function written(parts: readonly Part[], language: Language, sample: Readonly<Record<string, string>>): string {
  const label = (text: string) => (language === "zh" ? `【${text}】` : `[${text}] `);
  return parts.map((part) => `${label(part.title[language].trim())}${part.kind === "choice" ? (part.choices[0]?.title[language] ?? "") : (sample[part.kind] ?? "")}`).join(language === "zh" ? "" : " ");
}
