/** Statements. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/report";

export const en: SameKeys<typeof zh> = {
  title: "Statement",
  by: "Group by",
  groups: { batch: "Batch", channel: "Channel", person: "Person", reason: "Reason", day: "Day" },
  from: "From",
  to: "To",
  period: "Period",
  columns: {
    handed_out: "Handed out", open: "Open", accepted: "Accepted", done: "Done", failed: "Failed", expired: "Expired", verified: "Verified", returned: "Returned",
  },
  total: "Total",
  excel: "Download Excel",
  rows: "Rows",
  rowsOf: (title: string) => `Rows: ${title}`,
  customer: "Customer",
  work: "Work order",
  owner: "Manager",
  due: "Due",
  state: "State",
  empty: "No work orders in this period",
  emptyNext: "Choose another period, or hand out a batch first.",
  sums: "Each column adds up to its rows; a work order is counted once.",
  share: "Done",
};
