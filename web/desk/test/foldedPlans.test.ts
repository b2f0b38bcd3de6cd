/** The care plans behind work that a batch asked for. */
import { expect, test } from "vitest";
import { foldedPlans } from "../src/parts/foldedPlans";

const plan = (title: string, decided: "due" | "withheld" | "not_due", because = "") => ({ plan: { title }, decided, because });

test("plans that speak come first, the silent ones by name, none twice", () => {
  const { speak, silent } = foldedPlans([
    plan("C 类客户 180 天一访", "not_due"), plan("金卡生日致电", "not_due"), plan("金卡生日致电", "not_due"),
    plan("续期提醒", "withheld", "近 30 天已满"), plan("沉默 90 天", "due"), plan("沉默 90 天", "not_due"),
  ]);
  expect(speak.map((one) => one.plan.title)).toEqual(["沉默 90 天", "续期提醒"]);
  expect(silent).toEqual(["C 类客户 180 天一访", "金卡生日致电"]);
});
