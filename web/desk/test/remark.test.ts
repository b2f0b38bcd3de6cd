/** A form of remarks as it is edited: the same rules as the server's, said before it is asked. */
import { describe, expect, test } from "vitest";
import { FRESH, filledBy, freshKey, ofKind, type Part, sent, written, wrongWith } from "../src/work/remarkForm";

const labelled = (zh: string, en: string): Part => ({ key: zh, title: { zh, en }, kind: "text", need: "required", choices: [] });
const wrong = (...parts: Part[]) => parts.map((_, at) => wrongWith(parts, at));

describe("what is wrong with a part", () => {
  test("labels are short, plain and given in both languages", () => {
    expect(wrong(labelled("要点", "Points"), labelled("", "A"), labelled("乙", " "), labelled("丙：", "C"), labelled("丁", "[D]"))).toEqual([null, "label", "label", "label", "label"]);
    // 24 bytes, as the server counts: eight characters.
    expect(wrong(labelled("一二三四五六七八", "Eight"), labelled("一二三四五六七八九", "Nine"))).toEqual([null, "label"]);
  });

  test("labels differ, in English whatever the case", () => {
    expect(wrong(labelled("甲", "Note"), labelled("乙", "note "), labelled("甲", "Other"))).toEqual([null, "twice", "twice"]);
  });

  test("a choice has words in both languages", () => {
    const choice = ofKind(labelled("原因", "Reason"), "choice");
    expect(wrong(choice)).toEqual(["choices"]);
    expect(wrong({ ...choice, choices: [{ key: "a", title: { zh: "忘记", en: "forgot" } }] })).toEqual([null]);
  });
});

test("the form that is offered is sound, and a remark in it reads in each language", () => {
  expect(wrong(...FRESH)).toEqual(FRESH.map(() => null));
  const sample = { text: "…", day: "2026-11-29", day_or_none: "none" };
  expect(written(FRESH, "zh", { ...sample, day_or_none: "无" })).toBe("【日期】2026-11-29【方式】电话【要点】…【下次】无");
  expect(written(FRESH, "en", sample)).toBe("[Date] 2026-11-29 [By] phone [Points] … [Next] none");
});

test("a part of another kind keeps nothing of the former one but its label", () => {
  const way = FRESH[1]!;
  expect(ofKind(way, "text")).toEqual({ ...way, kind: "text", fill: null, choices: [] });
  expect(filledBy(ofKind(labelled("方式", "By"), "choice"), "channel").choices.map((one) => one.key)).toEqual(["phone", "visit", "wechat", "sms", "mail"]);
});

test("keys are not given twice, and labels are sent without blanks around them", () => {
  expect(freshKey([{ key: "part_2" }, { key: "part_3" }], "part")).toBe("part_4");
  expect(sent([labelled(" 要点 ", "Points ")])[0]!.title).toEqual({ zh: "要点", en: "Points" });
});
