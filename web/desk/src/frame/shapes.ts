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
  plate: string;
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
export type SegmentRow = Schemas["SegmentRow"];
export type MyDay = Schemas["MyDayShape"];
export type BoardColumn = Schemas["BoardColumn"];
export type LoadRow = Schemas["LoadShape"];

export type {
  BatchPage, Count, Edit, Fix, FutureItem, MappedColumn, Mapping, OutcomeCode, PlanPage, PlanRow, PlanTest, ProblemKind, RowProblem,
  StatementRow, TextProblem, TouchPage, Upload, UploadCheck, WhyAnswer, WhyPage,
} from "../generated/contract";
