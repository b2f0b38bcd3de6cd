/** Before an import: rows that are like a customer on file or an earlier row, side by side, to be decided. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/alike";

export const en: SameKeys<typeof zh> = {
  title: "Row by row", hint: "See what will happen, then decide. Rows that you leave alone follow the rule above; customers can be merged or parted on their pages afterwards too.",
  first: (rows: number, all: string) => `The first ${rows} rows are decided one by one; of ${all} that are alike the others follow the rule above.`,
  decided: (n: number) => `${n} rows decided`, undecide: "Back to the rule",
  row: (n: number) => `Row ${n}`, inFile: "In the file", earlier: (n: number) => `Row ${n} of the file`, onFile: "On file",
  likeness: (n: number) => `Likeness ${n}`, unlike: "nothing in common", hidden: "Those it is like are not in your part of the firm; the import still follows the rule.",
  field: "Field", differs: "differs", nothing: "—",
  ask: (row: number, name: string) => (name ? `Who is row ${row}, ${name}` : `Who is row ${row}`),
  same: (name: string) => `The same person as ${name}`, sameRow: (row: number) => `The same person as row ${row}`, other: "A new customer", out: "Leave this row out",
  byRule: "by the rule", decidedMark: "decided",
  next: "Next row", previous: "Previous row", choose: (n: number) => `Choose number ${n}`,
};
