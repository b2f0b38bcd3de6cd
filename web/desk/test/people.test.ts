/** Choosing a colleague: by name, unit or sign-in name. */
import { expect, test } from "vitest";
import { BY_PERSON, personOption } from "../src/parts/people";

test("a colleague is found by the sign-in name, which is not shown", () => {
  const wang = personOption({ id: "stf_1", name: "王芳", login: "wangfang", unit_name: "深圳一组" });
  expect(wang).toMatchObject({ value: "stf_1", label: "王芳 · 深圳一组" });
  for (const part of ["王", "一组", "wangf"]) expect(wang[BY_PERSON.optionFilterProp]).toContain(part);
  expect(personOption({ id: "stf_2", name: "赵强", login: "zhao" }).label).toBe("赵强");
});
