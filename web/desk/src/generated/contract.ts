/**
 * The routes that the program does not describe yet, written down by hand. A route leaves this file the
 * day it stands in docs/openapi.json; an empty file is deleted.
 */
import type { components } from "./api";

type TouchRow = components["schemas"]["TouchShape"];
type CustomerRow = components["schemas"]["CustomerRow"];
type TimelineItem = components["schemas"]["StoryEntry"];
export type Role = "hq" | "channel_lead" | "maintainer" | "specialist" | "quality" | "executive" | "admin";
export interface Page<T> { items: T[]; next: string | null; about: number | null }
export interface Named { id: string; name: string }
export interface MoneyShape { minor: number; currency: string }
type P = { path: { id: string } };
type Cursor = { cursor?: string; limit?: number };


export interface FutureItem { day: string; plan: { id: string; key: string; title: string }; title: string }
export interface WhyAnswer {
  plan: { id: string; key: string; title: string }; decided: "due" | "withheld" | "not_due"; code: string; condition: string | null;
  because: string; values: Record<string, unknown>; next_due: string | null; held_by: { id: string; key: string; title: string } | null;
}
export interface WhyPage { day: string; customer: Named; budget: { used_30d: number; cap: number; last_contact: string | null }; answers: WhyAnswer[] }

export interface MappedColumn { heading: string; samples: string[]; target: string; fact_type?: string | null; confidence: number; why: string | null }
export interface Mapping { columns: MappedColumn[] }
export interface Upload {
  id: string; format: string; encoding: string | null; separator: string | null; sheets: string[]; sheet: string | null; heading_row: number;
  headings: string[]; preview: string[][]; rows_about: number; remembered_mapping?: Mapping | null; suggested_mapping: Mapping;
  targets: { key: string; title: string; type: string }[];
}
export interface ProblemKind { code: string; column: string; count: number; severity: "error" | "warning"; title: string; suggestion: string | null }
export interface UploadCheck { state: "running" | "done" | "failed"; rows_done: number; rows_total: number; problems_by_kind: ProblemKind[]; duplicates: { in_file: number; in_database: number } }
export interface RowProblem { row: number; column: string; code: string; severity: "error" | "warning"; text: string; reason: string; suggestion: string | null }
export interface Fix { code: string; column: string; act: "suggest" | "empty" | "skip" }
export interface Edit { row: number; column: string; text: string }
export interface BatchPage {
  id: string; name: string; business_type: string; reason: string; state: "importing" | "imported" | "failed" | "undoing" | "undone";
  rows: number; accepted: number; rejected: number; duplicates: number; created: number; updated: number; rows_done: number;
  rows_per_second: number | null; seconds_left: number | null; file_name: string; by: Named | null; at: string; handed_out: number;
  touches: { planned: number; assigned: number; accepted: number; done: number; failed: number; expired: number; verified: number; returned: number };
}

export interface OutcomeCode { code: string; title: string; reached: boolean; needs_note: boolean; next_days: number | null; key: number; business_type?: string; result?: string }
export interface TouchPage {
  touch: TouchRow; customer: CustomerRow;
  script: { title: string; stages: { title: string; text: string }[]; questions: string[] } | null;
  templates: { key: string; channel: string; text: string }[]; outcome_codes: OutcomeCode[];
  outcome?: { code: string; title?: string; note: string | null; at: string; by: Named | null } | null; history: TimelineItem[];
}
export interface StatementRow { key: string; title: string; handed_out: number; accepted: number; done: number; failed: number; expired: number; verified: number; returned: number; open: number }
export interface TextProblem { line: number; column: number; code: string; message: string; suggestion: string | null }
export interface PlanRow { id: string; key: string; playbook: string; title: string; state: "draft" | "published" | "paused"; version: number; priority: number; channels: string[]; business_type: string; due_today: number }
export interface PlanPage extends PlanRow { text: string; versions: { version: number; at: string; by: Named | null; reason: string }[] }
export interface PlanTest { name: string; passed: boolean; detail: string }
export interface Count { count: number; ms: number; sample: Named[] }
export interface PlanRunReport { customers: number; plans: number; eligible: number; touches: number; deferred: number; new: number; withheld: Record<string, number> }
export interface PlaybookRow { key: string; title: string; description: string; plans: number; installed: boolean }

export interface Contract {
  "GET /customers/{id}/future": P & { answer: FutureItem[] };
  "GET /customers/{id}/why": P & { query?: { day?: string }; answer: WhyPage };
  "POST /uploads": { form: FormData; answer: Upload };
  "POST /uploads/{id}/check": P & { body: { mapping: Mapping; as: string; fixes: Fix[]; edits: Edit[] }; answer: UploadCheck };
  "GET /uploads/{id}/check": P & { answer: UploadCheck };
  "GET /uploads/{id}/problems": P & { query?: { code?: string; column?: string } & Cursor; answer: Page<RowProblem> };
  "POST /batches": { body: { upload_id: string; name: string; business_type: string; reason: string; mapping: Mapping; as: string; fixes: Fix[]; edits: Edit[]; on_duplicate: string }; answer: BatchPage };
  "GET /batches": { query?: Cursor; answer: Page<BatchPage> };
  "GET /batches/{id}": P & { answer: BatchPage };
  "GET /batches/{id}/problems": P & { query?: Cursor; answer: Page<RowProblem> };
  "GET /batches/{id}/undo-preview": P & { answer: { would_delete: number; would_restore: number; blocked: number } };
  "POST /batches/{id}/undo": P & { answer: unknown };
  "GET /touches/{id}": P & { answer: TouchPage };
  "POST /touches/{id}/outcome": P & { body: { code: string; note?: string; next_day?: string; facts?: Record<string, unknown> }; answer: unknown };
  "DELETE /touches/{id}/outcome": P & { answer: unknown };
  "GET /statements": { query: { by: string; batch?: string; unit?: string; from?: string; to?: string }; answer: { rows: StatementRow[]; totals: StatementRow } };
  "GET /statements/rows": { query: Record<string, string | undefined>; answer: Page<TouchRow> };
  "GET /plans": { answer: { items: PlanRow[] } };
  "GET /plans/{id}": P & { answer: PlanPage };
  "PUT /plans/{id}/draft": P & { body: { text: string }; answer: { problems: TextProblem[] } };
  "POST /plans/{id}/publication": P & { body: { reason: string }; answer: PlanPage };
  "POST /plans/{id}/pause": P & { body: { reason?: string }; answer: unknown };
  "DELETE /plans/{id}/pause": P & { answer: unknown };
  "POST /plans/check": { body: { text: string }; answer: { problems: TextProblem[]; tests: PlanTest[] } };
  "POST /plans/count": { body: { text?: string; expression?: string; for_each?: string }; answer: Count };
  "GET /plans/{id}/versions/{n}": { path: { id: string; n: string }; answer: { version: number; text: string } };
  "POST /plan-runs": { body: { day: string; dry_run: boolean }; answer: PlanRunReport };
  "GET /playbooks": { answer: { items: PlaybookRow[] } };
  "POST /playbooks/{key}/installation": { path: { key: string }; answer: unknown };
}
