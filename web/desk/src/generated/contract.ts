/**
 * The routes that the program does not describe yet, written down by hand. A route leaves this file the
 * day it stands in docs/openapi.json; an empty file is deleted.
 */
export interface Page<T> { items: T[]; next: string | null; about: number | null }
export interface Named { id: string; name: string }
type P = { path: { id: string } };

export interface FutureItem { day: string; plan: { id: string; key: string; title: string }; title: string }
export interface WhyAnswer {
  plan: { id: string; key: string; title: string }; decided: "due" | "withheld" | "not_due"; code: string; condition: string | null;
  because: string; values: Record<string, unknown>; next_due: string | null; held_by: { id: string; key: string; title: string } | null;
}
export interface WhyPage { day: string; customer: Named; budget: { used_30d: number; cap: number; last_contact: string | null }; answers: WhyAnswer[] }
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
