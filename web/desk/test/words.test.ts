/** Both languages have the same keys, no empty word, and the same number of parts in each sentence. */
import { describe, expect, test } from "vitest";
import { halfOf } from "../src/frame/words";

type Book = { [key: string]: unknown };
const zh = import.meta.glob<{ zh: Book }>("../src/words/zh/*.ts", { eager: true });
const en = import.meta.glob<{ en: Book }>("../src/words/en/*.ts", { eager: true });

function leaves(book: Book, path = ""): Map<string, unknown> {
  const all = new Map<string, unknown>();
  for (const [key, value] of Object.entries(book)) {
    const here = path ? `${path}.${key}` : key;
    if (value !== null && typeof value === "object" && !Array.isArray(value)) for (const [k, v] of leaves(value as Book, here)) all.set(k, v);
    else all.set(here, value);
  }
  return all;
}

describe.each(Object.keys(zh))("%s", (file) => {
  const chinese = leaves(zh[file]!.zh);
  const english = leaves(en[file.replace("/zh/", "/en/")]!.en);

  test("has the same keys in both languages", () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  });

  test("has no empty word and sentences of equal parts", () => {
    for (const [key, word] of chinese) {
      const other = english.get(key);
      expect(typeof other, key).toBe(typeof word);
      if (typeof word === "string") expect(word.trim() && String(other).trim(), key).toBeTruthy();
      if (typeof word === "function") expect((other as () => string).length, key).toBeLessThanOrEqual(word.length);
    }
  });
});

test("the Chinese is Chinese and the English is English", () => {
  const hanzi = /\p{Script=Han}/u;
  for (const [file, book] of Object.entries(en)) {
    for (const [key, word] of leaves(book.en)) {
      // The language switch names the other language in its own script; examples of regions stay as they are written.
      if (typeof word === "string" && hanzi.test(word)) expect(`${file} ${key}: ${word}`).toMatch(/language|中文|“.*”|pinyin|example/i);
    }
  }
});

test("of a text in both languages the reader sees their own half", () => {
  expect([halfOf("zh", "今天生日 / birthday today"), halfOf("en", "今天生日 / birthday today"), halfOf("en", "1 / 2 / 3"), halfOf("zh", "只有中文")]).toEqual(["今天生日", "birthday today", "1 / 2 / 3", "只有中文"]);
});
