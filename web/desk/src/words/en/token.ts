/** Tokens for programs in the settings. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/token";

export const en: SameKeys<typeof zh> = {
  why: "With a token a program calls in your name, within the rights that you tick. What you lose, the token loses too, and it ends when you leave. It never reaches your own account.",
  add: "Make a token",
  name: "What it is for",
  nameHint: "Name the program, for example “report sync”.",
  scopes: "What it may do",
  scopesNone: "Tick at least one.",
  days: "Days it lives",
  daysHint: "1 to 366; it ends by itself.",
  password: "Present password",
  made: (name: string) => `The token “${name}” is made`,
  madeDone: "The token is made; keep it now",
  onlyNow: "This text is shown only once. Copy it now and keep it safe. If it is lost, end the token and make another.",
  text: "Token",
  kept: "I have kept it",
  created: "Made",
  used: "Last used",
  never: "Never used",
  expires: "Ends",
  end: "End now",
  endTitle: (name: string) => `End the token “${name}”?`,
  endHint: "The program that uses it is refused from its next call on. This cannot be taken back.",
  ended: "The token is ended",
  none: "No tokens yet",
  noneNext: "Make one when a program is to call the API.",
  permissions: {
    "customers.read": "See customers", "customers.edit": "Change customers", "customers.unmask": "Open masked fields", "customers.export": "Export customers", "exports.approve": "Agree to exports",
    "batches.read": "See batches", "batches.import": "Bring in and undo batches",
    "work.hand_out": "Hand out work orders", "work.read": "See work orders", "work.do": "Do work orders", "work.verify": "Verify results",
    "statements.read": "Read statements", "plans.read": "Read care plans", "plans.edit": "Write and publish care plans",
    "traces.read": "read traces of sales", "traces.run": "run traces of sales", "traces.judge": "reopen and take out traces",
    "staff.read": "See units and people", "staff.manage": "Manage units and people", "catalogue.manage": "Define facts and labels", "rights.manage": "Manage rules and rights of customers",
  },
};
