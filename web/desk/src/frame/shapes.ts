/**
 * The shapes of the wire by the names the screens use. All come from the program's own description;
 * this file only shortens their names.
 */
import type { components } from "../generated/api";

type Schemas = components["schemas"];

export interface Page<T> {
  items: T[];
  next?: string | null;
  about?: number | null;
}

export type Role = "hq" | "channel_lead" | "maintainer" | "specialist" | "quality" | "executive" | "admin";
export const ROLES: readonly Role[] = ["hq", "channel_lead", "maintainer", "specialist", "quality", "executive", "admin"];
export type MoneyShape = Schemas["Money"];
export interface Named {
  id: string;
  name: string;
}

export type Me = Omit<Schemas["Me"], "role" | "preferences"> & {
  role: Role;
  preferences: { language?: "zh" | "en"; theme?: "light" | "dark" | "system"; density?: "comfortable" | "compact" };
};
export type UnitRow = Schemas["Unit"];
export type StaffRow = Schemas["Staff"];

export type CustomerRow = Schemas["CustomerRow"];
export type CustomerPage = Omit<Schemas["CustomerPage"], "agreements" | "bills" | "payments" | "orders"> & {
  agreements: AgreementRow[];
  bills: BillRow[];
  payments: PaymentRow[];
  orders: OrderRow[];
};
export type FactRow = Omit<Schemas["FactLine"], "value"> & { value: unknown };
export type ConsentRow = Schemas["ConsentLine"];
export type LabelRow = Schemas["Label"];
export type TimelineItem = Schemas["StoryEntry"];

/** What a customer holds. The description leaves these four open; the fields are those the program sends. */
export interface AgreementRow {
  id: string;
  kind: string;
  number: string;
  product: string;
  status: string;
  start: string | null;
  end: string | null;
  due: string | null;
  premium: MoneyShape;
  pay_every_months: number;
  paid_on: string | null;
  paid_for: string | null;
  signed: string | null;
  delivered: string | null;
  plate: string;
  version: number;
}

/** Whether the bill of the next due day is settled. */
export function isPaid(agreement: Pick<AgreementRow, "due" | "paid_for">): boolean {
  return agreement.due !== null && agreement.paid_for !== null && agreement.paid_for >= agreement.due;
}

export interface BillRow {
  id: string;
  period: string;
  due: string;
  amount: MoneyShape;
  paid_on: string | null;
}
export interface PaymentRow {
  id: string;
  paid_on: string;
  amount: MoneyShape;
  kind: string;
}
export interface OrderRow {
  id: string;
  number: string;
  placed: string;
  amount: MoneyShape;
  status: string;
}

export type TouchRow = Schemas["TouchShape"];
export type TouchPage = Omit<Schemas["TouchPageShape"], "touch"> & {
  touch: TouchRow;
  /** The words of the plan that asked for the work order, once the program sends them. */
  script?: { title: string; stages: { title: string; text: string }[]; questions: string[] } | null;
  templates?: { key: string; channel: string; text: string }[];
};
export type OutcomeCode = Schemas["CodeShape"];
export type StatementEntry = Schemas["EntryShape"];
export type StatementRow = Schemas["LineShape"];
export type SegmentRow = Schemas["SegmentRow"];
export type MyDay = Omit<Schemas["MyDayShape"], "items"> & { items: TouchRow[] };
export type BoardColumn = Omit<Schemas["BoardColumn"], "rows"> & { rows: TouchRow[] };
export type LoadRow = Schemas["LoadShape"];

export type Upload = Omit<Schemas["UploadShape"], "remembered_mapping"> & { remembered_mapping?: RememberedMapping | null };
export type MappedColumn = Omit<Schemas["SuggestedColumn"], "why"> & { why: string | null };
export interface Mapping {
  columns: MappedColumn[];
}
/** The mapping that was last used for these headings, in the form of a mapping file. */
export interface RememberedMapping {
  columns: { heading: string; target: "ignore" | { field: string } | { fact: { key: string; kind: string } }; day_order?: string }[];
}
export type FixDeed = "accept" | "drop_cell" | "take_suggestion" | "skip_row";
export interface Fix {
  code: string;
  heading?: string;
  deed: FixDeed;
}
export interface Edit {
  row: number;
  heading: string;
  text: string;
}
export interface ProblemKind {
  code: string;
  column: string;
  severity: string;
  count: number;
  title: string;
}
export interface UploadCheck {
  /** Which check it is: the last one of the file, whoever asked for it. */
  id: string | null;
  state: "running" | "done" | "failed";
  why?: string;
  rows_done?: number;
  rows_total?: number | null;
  rejected?: number;
  duplicates?: { in_file: number; in_database: number };
  problems_by_kind: ProblemKind[];
}
export type RowProblem = Schemas["ProblemRow"];
/** A row of a checked file beside those it is like. */
export type AlikeRow = Schemas["AlikeRow"];
export type BatchPage = Omit<Schemas["BatchShape"], "problems_by_kind"> & { problems_by_kind?: ProblemKind[] | null };

export type FutureItem = Schemas["FutureItem"];
export type WhyAnswer = Schemas["Answer"];
export type WhyPage = Schemas["WhyPage"];
export type PlanRow = Schemas["PlanRow"];
export type PlanPage = Schemas["PlanPage"];
export type PlanTest = Schemas["TestResult"];
export type PlanOutline = Schemas["PlanOutline"];
export type PlanEntry = Schemas["PlanEntry"];
export type PlanChoices = Schemas["PlanChoices"];
export type FactChoice = Schemas["FactChoice"];
export type ItemChoice = Schemas["ItemChoice"];
export type KeyChoice = Schemas["KeyChoice"];
/** A part of a condition, with places in UTF-16 units. */
export type Branch = Schemas["Branch"];
export type Given = Schemas["Given"];
export type Stretch = Schemas["Stretch"];
export type TextProblem = Schemas["TextProblem"];
export type Count = Schemas["Count"];
export type NoticeRow = Schemas["Notice"];
export type ViewRow = Schemas["View"];
export type Rehearsal = Schemas["Rehearsal"];
