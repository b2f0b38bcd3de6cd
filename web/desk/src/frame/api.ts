/**
 * The one way to the server: typed by route, refusals as `ApiProblem`, one idempotency key for each act.
 *
 * A changing call that meets a broken connection is sent again with the same key, so that nothing is
 * lost and nothing happens twice. What the server refused is never sent again by itself.
 */
import type { paths } from "../generated/api";
import { ApiProblem, problemOf } from "./problem";
import { preferences } from "./preferences";

type Method = "get" | "put" | "post" | "patch" | "delete";
export type Route = {
  [P in keyof paths & `/api/${string}`]: { [M in Method]: paths[P][M] extends { responses: unknown } ? `${Uppercase<M>} ${P extends `/api${infer Rest}` ? Rest : never}` : never }[Method];
}[keyof paths & `/api/${string}`];
type Operation<R extends string> = R extends `${infer M} ${infer P}` ? (`/api${P}` extends keyof paths ? (Lowercase<M> extends keyof paths[`/api${P}`] ? paths[`/api${P}`][Lowercase<M>] : never) : never) : never;

type PathPart<O> = O extends { parameters: { path: infer P extends object } } ? { path: P } : unknown;
type QueryPart<O> = O extends { parameters: { query: infer Q extends object } } ? { query: Q } : O extends { parameters: { query?: infer Q } } ? { query?: Q } : unknown;
type BodyPart<O> = O extends { requestBody: { content: { "application/json": infer B } } } ? { body: B } : O extends { requestBody: { content: { "multipart/form-data": unknown } } } ? { form: FormData } : unknown;
type Json<A> = A extends { content: { "application/json": infer B } } ? B : void;
type Responses<O> = O extends { responses: infer A } ? A : never;
type AnswerOf<O> = Responses<O> extends { 200: infer A } ? Json<A> : Responses<O> extends { 201: infer A } ? Json<A> : Responses<O> extends { 202: infer A } ? Json<A> : void;

/** A route as the program describes it, such as `GET /my-day`. */
export type Answer<R extends Route> = AnswerOf<Operation<R>>;
export type Ask<R extends Route> = PathPart<Operation<R>> & QueryPart<Operation<R>> & BodyPart<Operation<R>> & {
  /** The version the person saw; the server refuses when somebody changed it since. */
  readonly version?: number | string | null;
  readonly signal?: AbortSignal;
  /** The key of an act that was begun earlier and is sent again (late.ts); else each call has its own. */
  readonly key?: string;
};
type Asked<R extends Route> = object extends Ask<R> ? [ask?: Ask<R>] : [ask: Ask<R>];

interface LooseAsk {
  path?: Record<string, string | number>;
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  form?: FormData;
  version?: number | string | null;
  signal?: AbortSignal;
  key?: string;
}

const TRY_AGAIN_AFTER_MS = [600, 2_000, 5_000];

export async function call<R extends Route>(route: R, ...[ask]: Asked<R>): Promise<Answer<R>> {
  const loose = (ask ?? {}) as LooseAsk;
  const [method, pattern] = route.split(" ", 2) as [string, string];
  const changes = method !== "GET";
  const headers: Record<string, string> = { accept: "application/json", "accept-language": preferences().language };
  if (changes) headers["idempotency-key"] = loose.key ?? freshKey();
  if (loose.version != null) headers["if-match"] = `"${loose.version}"`;
  if (loose.body !== undefined) headers["content-type"] = "application/json";
  const body = loose.form ?? (loose.body === undefined ? undefined : JSON.stringify(loose.body));
  const answer = await send(address(pattern, loose), { method, headers, body, signal: loose.signal, credentials: "same-origin" }, changes);
  if (!answer.ok) throw await problemOf(answer);
  if (answer.status === 204 || answer.headers.get("content-length") === "0") return undefined as Answer<R>;
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as Answer<R>;
}

/** The address of a route, for links that the browser follows itself (downloads). */
export function address(pattern: string, ask: Pick<LooseAsk, "path" | "query">): string {
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(ask.path?.[name] ?? "")));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(ask.query ?? {})) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  const tail = query.toString();
  return `/api${path}${tail ? `?${tail}` : ""}`;
}

async function send(url: string, init: RequestInit, changes: boolean): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await fetch(url, init);
    } catch (cause) {
      const wait = TRY_AGAIN_AFTER_MS[attempt];
      if (init.signal?.aborted) throw cause;
      if (!changes || wait === undefined) throw new ApiProblem({ status: 0, code: "connection_lost" }, cause);
      await new Promise((go) => setTimeout(go, wait));
    }
  }
}

/** A random UUID. `crypto.randomUUID` is missing on plain http, where a branch office may run. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
