/** Statements. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/report";

export const en: SameKeys<typeof zh> = {
  title: "Statement",
  by: "Group by",
  groups: { batch: "Batch", channel: "Channel", person: "Person", reason: "Reason", day: "Day" },
  batch: "Batch", unit: "Unit", onlyUnit: "One unit only", anyUnit: "Any unit",
  from: "From",
  to: "To",
  period: "Period",
  columns: {
    handed_out: "Handed out", open: "Open", accepted: "Accepted", done: "Done", failed: "Failed", expired: "Expired", verified: "Verified", returned: "Returned",
  },
  total: "Total",
  excel: "Download Excel", changed: "Work orders changed: refresh",
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
  share: "Done, %",
  chart: {
    title: "How far it is", parts: { done: "Done", open: "Under way", lost: "Failed or expired" },
    finding: (best: string, top: number, worst: string, low: number) => `${best} has done ${top}%, ${worst} ${low === 0 ? "nothing yet" : `only ${low}%`}`,
    all: (share: number, of: number) => `${share}% of ${of} work orders are done`,
    bar: (share: number, of: number) => `${share}% of ${of}`, more: (n: number) => `${n} more in the table below`,
  },
};
