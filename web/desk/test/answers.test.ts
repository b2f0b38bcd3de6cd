/** Answers to a script's questions go out in the JSON type of their fact, and only where something was answered. */
import { expect, test } from "vitest";
import { FACT_CHOICES, choicesOf } from "../src/customer/factChoices";
import { zh } from "../src/words/zh/customer";
import { zh as parts } from "../src/words/zh/parts";
import { fitted, toldFacts, typesOf } from "../src/work/answers";

const types = typesOf([
  { key: "paying_account_ok", type: "bool" }, { key: "satisfaction", type: "int" }, { key: "income", type: "money" }, { key: "child_birthday", type: "date" },
  { key: "height", type: "double" }, { key: "gender", type: "words" }, { key: "birthday", type: "birthday" }, { key: "unpaid_reason", type: "string" },
]);

test("each answer has the type of its fact", () => {
  const answers = {
    paying_account_ok: false, satisfaction: 0, income: { minor: 1250, currency: "CNY" }, child_birthday: "2019-05-01", height: 1.7, gender: "female",
    birthday: { calendar: "lunar", year: null, month: 8, day: 15 }, unpaid_reason: " 换卡了 ",
  };
  expect(toldFacts(answers, Object.keys(answers), types)).toEqual({ ...answers, unpaid_reason: "换卡了" });
});

test("what was not answered stays out, and so does what does not fit: one misfit would refuse the whole result", () => {
  const answers = { paying_account_ok: "是", satisfaction: "5", income: "12.50", child_birthday: "五一", height: Number.NaN, gender: "", birthday: { calendar: "solar", year: 1980, month: null, day: null }, unpaid_reason: "   " };
  expect(toldFacts(answers, Object.keys(answers), types)).toBeUndefined();
  expect(toldFacts({ satisfaction: null, paying_account_ok: true }, ["satisfaction", "paying_account_ok"], types)).toEqual({ paying_account_ok: true });
  expect(fitted("int", 4.5)).toBeUndefined();
});

test("only what is asked goes out, each once, and nothing that the catalogue does not know", () => {
  expect(toldFacts({ satisfaction: 4, unpaid_reason: "旧的" }, ["satisfaction", null, "satisfaction"], types)).toEqual({ satisfaction: 4 });
  expect(toldFacts({ nobody_knows: "x" }, ["nobody_knows"], types)).toBeUndefined();
});

test("before the catalogue is there the answers go as they were given", () => {
  expect(toldFacts({ satisfaction: 4, unpaid_reason: "", paying_account_ok: null }, ["satisfaction", "unpaid_reason", "paying_account_ok"], undefined)).toEqual({ satisfaction: 4 });
});

test("every word of a closed list has a word of the desk, and a word that the list does not know is not lost", () => {
  for (const [fact, words] of Object.entries(FACT_CHOICES)) for (const word of words) expect((fact === "class" ? parts.classes : zh.values)[word], `${fact} ${word}`).toBeTruthy();
  expect(choicesOf("language", "pt")?.[0]).toBe("pt");
  expect(choicesOf("gender", "male")).toEqual(["female", "male"]);
  expect(choicesOf("occupation", "teacher")).toBeNull();
});
