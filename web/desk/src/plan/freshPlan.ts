/** The text with which a plan of the firm's own begins: a fresh one, or that of another plan under a key and a title of its own. */
import { quoted } from "./form/literal";

export interface Head {
  readonly key: string;
  readonly zh: string;
  readonly en: string;
}

/** Sound as it stands, so that what is wrong while one writes is what one wrote. */
export const FRESH = `key = "new_plan"
business_type = "care_visit"
title = { zh = "新计划", en = "New plan" }
reason = { zh = "90 天内没有人联系过这位客户", en = "Nobody has been in touch for ninety days" }
who = '''lifecycle in ["new", "active"] && !(last_contact > today - days(90))'''
channels = ["phone", "wechat"]
by = "owner"

[limits]
priority = 50
cooldown_days = 30
cap_30d = 2
expires_after_days = 15

[proof]
any_of = ["call_30s", "reply"]

[[test]]
name = "满九十天没有联系 / ninety days without a word"
day = "2026-11-23"
customer = { lifecycle = "active", last_contact = "2026-08-25" }
expect = "due"

[[test]]
name = "第八十九天 / the eighty-ninth day"
day = "2026-11-22"
customer = { lifecycle = "active", last_contact = "2026-08-25" }
expect = "not due"
`;

const KEY = /^key[ \t]*=[ \t]*(?:"[^"\n]*"|'[^'\n]*')/m;
const TITLE = /^title[ \t]*=[ \t]*\{(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^}"'\n])*\}/m;
export const KEY_MOST = 60;

/** A text under another key and title; everything else stays as it is written. */
export function withHead(text: string, { key, zh, en }: Head): string {
  return text.replace(KEY, () => `key = ${quoted(key)}`).replace(TITLE, () => `title = { zh = ${quoted(zh)}, en = ${quoted(en)} }`);
}

/** What a copy is called at first; a title that is not written on one line is asked for. */
export function headOfCopy(key: string, text: string): Head {
  const title = TITLE.exec(text)?.[0] ?? "";
  const said = (language: "zh" | "en") => unquoted(new RegExp(`\\b${language}[ \\t]*=[ \\t]*("(?:[^"\\\\\\n]|\\\\.)*"|'[^'\\n]*')`).exec(title)?.[1]);
  const [zh, en] = [said("zh"), said("en")];
  return { key: `${key.slice(0, KEY_MOST - 5)}_copy`, zh: zh && `${zh}（副本）`, en: en && `${en} (copy)` };
}

function unquoted(literal: string | undefined): string {
  try {
    return literal?.startsWith('"') ? (JSON.parse(literal) as string) : (literal?.slice(1, -1) ?? "");
  } catch {
    // A sign that only TOML writes so.
    return "";
  }
}
