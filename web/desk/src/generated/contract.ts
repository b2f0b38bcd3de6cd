/**
 * The HTTP contract as written down by hand, until the program serves its own OpenAPI.
 * Everything else asks only for `Contract` and the shapes named here.
 */
export type Role = "hq" | "channel_lead" | "maintainer" | "specialist" | "quality" | "executive" | "admin";
export interface Page<T> { items: T[]; next: string | null; about: number | null }
export interface Named { id: string; name: string }
export interface MoneyShape { minor: number; currency: string }
type P = { path: { id: string } };
type Cursor = { cursor?: string; limit?: number };

export interface Me {
  id: string; name: string; login: string; role: Role; unit_id: string; unit_name: string;
  permissions: string[];
  landing: string;
  second_factor: boolean;
  preferences: { language?: "zh" | "en"; theme?: "light" | "dark" | "system"; density?: "comfortable" | "compact" };
  today: string;
  firm: string;
  time_zone: string;
}
export interface UnitRow { id: string; parent_id: string | null; name: string; kind?: string; staff_count: number; version?: number }
export interface StaffRow {
  id: string; name: string; login: string; role: Role; unit_id: string; unit_name?: string; state?: string;
  capacity?: number; left_on?: string | null; version?: number;
}

export interface CustomerRow {
  id: string; name: string; gender: string; age: number | null; region: string; tier: string; class: string; lifecycle: string;
  owner: Named | null; unit: Named | null; phone_masked: string | null; labels: string[]; last_contact_at: string | null;
  next_due: { day: string; title: string } | null;
}
export interface ContactPoint { id: string; kind: string; masked: string; rank: number }
export interface FactRow { key: string; title: string; type: string; value: unknown; source: string | null; noted_on: string | null; origin: "built-in" | "firm" }
export interface ConsentRow { channel: string; state: "given" | "refused" | "unknown"; since: string | null }
export interface RelationRow { kind: string; customer: Named }
export interface AgreementRow { id: string; kind: string; product: string; number: string; status: string; start: string | null; end: string | null; due: string | null; premium: MoneyShape | null; paid: boolean; plate?: string | null }
export interface BillRow { id: string; period: string | null; due: string | null; amount: MoneyShape; paid: boolean; paid_on: string | null }
export interface PaymentRow { id: string; paid_on: string; amount: MoneyShape; kind: string }
export interface OrderRow { id: string; placed: string; amount: MoneyShape; status: string }
export interface CustomerPage {
  id: string; name: string; gender: string; age: number | null; region: string; tier: string; class: string; lifecycle: string;
  birthday?: string | null; birthday_calendar?: string | null; joined?: string | null; occupation?: string;
  owner: Named | null; unit: Named | null; last_contact_at?: string | null;
  contact_points: ContactPoint[]; facts: FactRow[]; labels: string[]; consents: ConsentRow[];
  household: { id: string; name: string; members: { customer: Named; kind: string }[] } | null; relations: RelationRow[];
  agreements: AgreementRow[]; bills: BillRow[]; payments: PaymentRow[]; orders: OrderRow[];
  freshness_percent: number; ask_next: string[]; version: number;
}
export interface TimelineItem { id: string; at: string; room: string; kind: string; actor: Named | null; title: string; detail: string | null; payload: unknown }
export interface FutureItem { day: string; plan: { id: string; key: string; title: string }; title: string }
export interface WhyAnswer {
  plan: { id: string; key: string; title: string }; decided: "due" | "withheld" | "not_due"; code: string; condition: string | null;
  because: string; values: Record<string, unknown>; next_due: string | null; held_by: { id: string; key: string; title: string } | null;
}
export interface WhyPage { day: string; customer: Named; budget: { used_30d: number; cap: number; last_contact: string | null }; answers: WhyAnswer[] }
export interface LabelRow { key: string; group: string; colour: string; title: string }
export interface FactDefinition { key: string; type: string; title: string; origin: string }
export interface SearchHit { kind: string; id: string; title: string; subtitle: string }

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

export interface TouchRow {
  id: string; customer: { id: string; name: string; tier: string; class: string }; title: string; reason: string; channel: string;
  due_day: string; at: string | null; not_after: string; state: string; worth: MoneyShape | null; overdue: boolean;
  batch: Named | null; plan_key: string | null; owner?: Named | null; unit?: Named | null; version: number;
  outcome?: { code: string; title?: string; note: string | null; at: string; by: Named | null } | null;
}
export interface OutcomeCode { code: string; title: string; reached: boolean; needs_note: boolean; next_days: number | null; key: number; business_type?: string; result?: string }
export interface TouchPage {
  touch: TouchRow; customer: CustomerRow;
  script: { title: string; stages: { title: string; text: string }[]; questions: string[] } | null;
  templates: { key: string; channel: string; text: string }[]; outcome_codes: OutcomeCode[]; history: TimelineItem[];
}
export interface MyDay { day: string; counts: { today: number; overdue: number; done: number }; items: TouchRow[] }
export interface BoardColumn { key: string; title: string; count: number; rows: TouchRow[] }
export interface LoadRow { staff: Named; load: number; capacity: number; overdue: number }
export interface StatementRow { key: string; title: string; handed_out: number; accepted: number; done: number; failed: number; expired: number; verified: number; returned: number; open: number }
export interface TextProblem { line: number; column: number; code: string; message: string; suggestion: string | null }
export interface PlanRow { id: string; key: string; playbook: string; title: string; state: "draft" | "published" | "paused"; version: number; priority: number; channels: string[]; business_type: string; due_today: number }
export interface PlanPage extends PlanRow { text: string; versions: { version: number; at: string; by: Named | null; reason: string }[] }
export interface PlanTest { name: string; passed: boolean; detail: string }
export interface Count { count: number; ms: number; sample: Named[] }
export interface PlanRunReport { customers: number; plans: number; eligible: number; touches: number; deferred: number; new: number; withheld: Record<string, number> }
export interface PlaybookRow { key: string; title: string; description: string; plans: number; installed: boolean }
export interface SegmentRow { id: string; name: string; expression: string; shared: boolean; version?: number }

export interface Contract {
  "POST /session": { body: { login: string; password: string; code?: string }; answer: Me };
  "DELETE /session": { answer: void };
  "GET /me": { answer: Me };
  "PATCH /me": { body: { language?: string; theme?: string; density?: string }; answer: Me };
  "POST /me/totp": { answer: { secret: string; url: string } };
  "PUT /me/totp": { body: { secret: string; code: string }; answer: void };
  "DELETE /me/totp": { body: { password: string }; answer: void };
  "PUT /me/password": { body: { present: string; new: string }; answer: void };
  "GET /units": { answer: UnitRow[] };
  "POST /units": { body: { name: string; parent_id: string | null; kind?: string }; answer: UnitRow };
  "PATCH /units/{id}": P & { body: { name: string; region: string }; answer: UnitRow };
  "GET /staff": { query?: { unit?: string; role?: string; q?: string }; answer: { items: StaffRow[] } };
  "POST /staff": { body: { name: string; login: string; role: Role; unit_id: string; password?: string }; answer: StaffRow & { password?: string } };
  "PATCH /staff/{id}": P & { body: { name?: string; role?: Role; unit_id?: string }; answer: StaffRow };
  "POST /staff/{id}/departure": P & { body: { heir_id?: string; left_on: string }; answer: unknown };
  "POST /staff/{id}/password-reset": P & { body: { password: string }; answer: void };
  "GET /customers": { query?: { q?: string; segment?: string; owner?: string; unit?: string; sort?: string } & Cursor; answer: Page<CustomerRow> };
  "GET /customers/count": { query: { segment: string }; answer: Count };
  "GET /customers/{id}": P & { answer: CustomerPage };
  "PATCH /customers/{id}": P & { body: { facts: Record<string, unknown> }; answer: CustomerPage };
  "GET /customers/{id}/timeline": P & { query?: { kind?: string } & Cursor; answer: Page<TimelineItem> };
  "GET /customers/{id}/future": P & { answer: FutureItem[] };
  "GET /customers/{id}/why": P & { query?: { day?: string }; answer: WhyPage };
  "PUT /customers/{id}/labels/{key}": { path: { id: string; key: string }; answer: unknown };
  "DELETE /customers/{id}/labels/{key}": { path: { id: string; key: string }; answer: unknown };
  "PUT /customers/{id}/consents/{channel}": { path: { id: string; channel: string }; body: { state: string; proof: string }; answer: unknown };
  "POST /customers/{id}/notes": P & { body: { text: string }; answer: unknown };
  "POST /customers/{id}/unmasking": P & { body: { contact_point_id: string; reason: string }; answer: { value: string } };
  "GET /labels": { answer: { items: LabelRow[] } };
  "GET /facts": { answer: { items: FactDefinition[] } };
  "GET /search": { query: { q: string }; answer: SearchHit[] };
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
  "POST /batches/{id}/hand-out": P & { body: { to?: { unit_id: string; count?: number }[]; rule?: string; not_after: string }; answer: unknown };
  "POST /touches/hand-out": { body: { touch_ids?: string[]; staff_id?: string; unit_id?: string; rule?: string }; answer: unknown };
  "GET /touches": { query?: { state?: string; unit?: string; owner?: string; batch?: string; plan?: string; due?: string } & Cursor; answer: Page<TouchRow> };
  "GET /my-day": { query?: { day?: string }; answer: MyDay };
  "GET /touches/{id}": P & { answer: TouchPage };
  "POST /touches/{id}/claim": P & { answer: TouchRow };
  "DELETE /touches/{id}/claim": P & { answer: unknown };
  "POST /touches/{id}/outcome": P & { body: { code: string; note?: string; next_day?: string; facts?: Record<string, unknown> }; answer: unknown };
  "DELETE /touches/{id}/outcome": P & { answer: unknown };
  "POST /touches/{id}/snooze": P & { body: { until: string }; answer: unknown };
  "GET /board": { query?: { unit?: string; group?: string }; answer: { columns: BoardColumn[] } };
  "GET /board/load": { query?: { unit?: string; day?: string }; answer: { items: LoadRow[] } };
  "POST /board/balance": { body: { unit_id: string; day: string; dry_run: boolean }; answer: { moves: { touch_id: string; from: Named | null; to: Named }[] } };
  "POST /verifications/sample": { body: { batch_id?: string; unit_id?: string; percent: number; seed: number }; answer: { items: TouchRow[] } };
  "POST /touches/{id}/verification": P & { body: { verdict: "accepted" | "returned"; reason?: string }; answer: unknown };
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
  "GET /segments": { answer: { items: SegmentRow[] } };
  "POST /segments": { body: { name: string; expression: string; shared: boolean }; answer: SegmentRow };
  "DELETE /segments/{id}": P & { answer: unknown };
  "POST /segments/check": { body: { expression: string }; answer: { problems: TextProblem[] } };
}
