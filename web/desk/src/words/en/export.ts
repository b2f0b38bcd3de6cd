/** Exports of customers: asked for, agreed to, fetched. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/export";

export const en: SameKeys<typeof zh> = {
  title: "Exports",
  open: "Export…",
  ask: "Ask for an export",
  columns: "Columns",
  format: "Format",
  formats: { xlsx: "Excel (.xlsx)", csv: "CSV (.csv)" },
  reason: "What it is for (kept)",
  reasonHint: "For example: invitations to the annual meeting",
  reasonMissing: "Say what it is for, two characters at least.",
  count: (n: string) => `${n} customers`,
  alone: (left: string) => `Nobody else must agree; ${left} more may be taken out alone today.`,
  second: "Somebody else must agree:",
  watermark: "The file bears your name, the time and an invisible mark; each download is recorded.",
  asked: "Asked for. Follow it under Exports.",
  list: { reason: "For", by: "Asked by", at: "When", rows: "Customers", columns: "Columns", state: "State", decided: "Decided by", deed: "Actions" },
  states: { waiting: "waits for approval", agreed: "being made", ready: "ready", refused: "not agreed", withdrawn: "withdrawn", failed: "failed", expired: "expired" },
  empty: "No exports yet",
  emptyNext: "Choose customers in the list and press “Export…”.",
  fetch: "Download",
  agree: "Agree",
  agreeAsk: (name: string, n: string) => `Agree that ${name} exports ${n} customers?`,
  refuse: "Do not agree",
  refuseReason: "Why not",
  withdraw: "Withdraw",
  until: (day: string) => `kept until ${day}`,
  fetched: (n: number) => (n === 1 ? "fetched once" : `fetched ${n} times`),
  more: (n: number) => `${n} columns`,
};
