/** Segments: the bar of conditions and its live count. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/segment";

export const en: SameKeys<typeof zh> = {
  expression: "Expression",
  placeholder: 'Such as: tier == "gold" && last_contact < today - days(90)',
  count: (count: string, ms: number) => `${count} customers · ${ms} ms`,
  counting: "Counting…",
  sample: "Such as",
  at: (line: number, column: number) => `line ${line}, column ${column}`,
  didYouMean: (text: string) => `did you mean ${text}`,
  clear: "Clear",
  apply: "Apply",
  chips: { gold: "Gold", classA: "Class A", silent: "Silent for 90 days", orphan: "Orphans", birthday: "Birthday this month", due: "Due in 30 days, unpaid", arrears: "In arrears" },
};
