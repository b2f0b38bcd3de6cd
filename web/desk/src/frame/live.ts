/**
 * The live line: one event stream for the whole desk. News makes the matching answers stale, and what
 * is on screen is asked again; after a gap everything on screen is asked again.
 */
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { freshKey } from "./api";
import { kept } from "./store";

export interface News {
  readonly room?: string;
  /** What happened: `assigned`, `finished` … */
  readonly kind?: string;
  /** The thing it happened to. */
  readonly id?: string | null;
  readonly customer_id?: string | null;
  readonly unit_id?: string | null;
  readonly owner_id?: string | null;
  readonly former_owner_id?: string | null;
}

export interface Line {
  readonly state: "joining" | "live" | "lost";
  /** When the line was last known to be whole, ms. */
  readonly asOf: number;
}

export const line = kept<Line>({ state: "joining", asOf: Date.now() });
/** Whether the program takes changes, as it says itself; every new line begins with "open". */
export const program = kept<{ readonly writes: "open" | "disk_full" }>({ writes: "open" });
const watchers = new Set<(name: string, news: News) => void>();
const NAMES = ["touch", "customer", "batch", "plan", "segment", "presence", "staff", "org", "view", "notice", "bulk_edit", "trace", "export", "upload"] as const;
/** This browser tab, as presence and the event stream know it. */
export const tabId = freshKey();
const WAIT_MS = [500, 1_000, 2_000, 5_000, 10_000];

/** Which kept answers a piece of news makes stale. */
export function staleBy(name: string, news: News): QueryKey[] {
  switch (name) {
    case "touch":
      // Statements do not move by themselves: the page tells that there is something newer (report/StatementPage.tsx).
      return [["work"], ["intake", "batch"], ...(news.customer_id ? [["customer", "one", news.customer_id]] : [])];
    case "customer":
      return [...(news.customer_id ? [["customer", "one", news.customer_id]] : [["customer"]]), ["work", "touch"]];
    case "batch":
      // How far an import is changes its own figures only.
      return news.kind === "progress" && news.id ? [["intake", "batch", news.id], ["intake", "batches"]] : [["intake"], ["work"]];
    case "upload":
      return [["intake", "check", news.id ?? ""]];
    case "plan":
      // How far a rehearsal or a comparison is changes nothing.
      return news.kind === "rehearsed" || news.kind === "compared" ? [] : [["plan"], ["work"]];
    case "segment":
      return [["segment"], ["org", "working-days"]];
    case "staff":
    case "org":
      return [["org"]];
    case "view":
      return [["segment", "views"]];
    case "notice":
      return [["notice"]];
    case "trace":
      return [["trace", "list"], ["trace", "one", news.id ?? ""], ["trace", "customer", news.customer_id ?? ""]];
    case "bulk_edit":
      return [["bulk"]];
    case "export":
      return [["export"]];
    case "presence":
      return [news.kind === "state" ? ["work", "team"] : ["presence", news.id ?? ""]];
    default:
      return [];
  }
}

export function watchNews(tell: (name: string, news: News) => void): () => void {
  watchers.add(tell);
  return () => watchers.delete(tell);
}

/** Opens the line and keeps it open until the returned function is called. */
export function joinLive(client: QueryClient): () => void {
  let source: EventSource | null = null;
  let after = "";
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stale = gathered((keys) => {
    for (const queryKey of keys) void askAgain(client, queryKey);
  });
  const open = () => {
    source = new EventSource(`/api/events?tab=${tabId}${after ? `&after=${encodeURIComponent(after)}` : ""}`);
    source.onopen = () => whole();
    source.onerror = () => again();
    source.addEventListener("hello", (event) => {
      const hello = parse<{ seq?: number | string; gap?: boolean }>(event);
      if (hello.seq !== undefined && (!after || hello.gap)) after = String(hello.seq);
      program.change(() => ({ writes: "open" }));
      whole();
      for (const tell of watchers) tell("hello", {});
      if (hello.gap) void client.invalidateQueries();
    });
    source.addEventListener("program", (event) => {
      const writes = parse<{ writes?: string }>(event).writes;
      program.change(() => ({ writes: writes === "disk_full" ? "disk_full" : "open" }));
    });
    for (const name of NAMES) {
      source.addEventListener(name, (event) => {
        if (event.lastEventId) after = event.lastEventId;
        const news = parse<News>(event);
        line.change((before) => ({ ...before, asOf: Date.now() }));
        stale(staleBy(name, news));
        for (const tell of watchers) tell(name, news);
      });
    }
  };
  const whole = () => {
    // News that was under way when the network went: the line is not whole until the browser says so.
    if (!navigator.onLine) return;
    const wasLost = line.now().state === "lost";
    attempt = 0;
    line.change(() => ({ state: "live", asOf: Date.now() }));
    if (wasLost) void client.invalidateQueries();
  };
  const again = () => {
    source?.close();
    // The first failure may be a restart of a second; only the second one is shown as lost.
    if (attempt > 0 || !navigator.onLine) line.change((before) => ({ ...before, state: "lost" }));
    // The stream of a session that ended is refused, and the browser does not say why: whoever is signed in is asked for,
    // so that a page nobody looks at does not go on showing customers.
    if (attempt > 0 && navigator.onLine) void client.invalidateQueries({ queryKey: ["org", "me"] });
    clearTimeout(timer);
    timer = setTimeout(open, WAIT_MS[Math.min(attempt, WAIT_MS.length - 1)]);
    attempt += 1;
  };
  const offline = () => {
    source?.close();
    clearTimeout(timer);
    line.change((before) => ({ ...before, state: "lost" }));
  };
  const online = () => {
    source?.close();
    clearTimeout(timer);
    open();
  };
  addEventListener("offline", offline);
  addEventListener("online", online);
  open();
  return () => {
    source?.close();
    clearTimeout(timer);
    removeEventListener("offline", offline);
    removeEventListener("online", online);
  };
}

/**
 * Makes answers stale. One under way may be older than the news, so it is asked for once more when it is there; it is not
 * broken off, else news that come faster than answers would leave the screen as it was.
 */
export async function askAgain(client: QueryClient, queryKey: QueryKey): Promise<void> {
  const underWay = new Set(client.getQueryCache().findAll({ queryKey, fetchStatus: "fetching" }));
  await client.invalidateQueries({ queryKey }, { cancelRefetch: false });
  if (underWay.size > 0) await client.invalidateQueries({ queryKey, predicate: (query) => underWay.has(query) }, { cancelRefetch: false });
}

/** Gathers the news of a moment: a hand-out of a thousand touches asks each screen once, not a thousand times. */
function gathered(act: (keys: QueryKey[]) => void): (keys: QueryKey[]) => void {
  const waiting = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (keys) => {
    for (const key of keys) waiting.set(JSON.stringify(key), key);
    timer ??= setTimeout(() => {
      timer = undefined;
      const all = [...waiting.values()];
      waiting.clear();
      act(all);
    }, 250);
  };
}

function parse<T extends object>(event: Event): T {
  try {
    return JSON.parse((event as MessageEvent<string>).data) as T;
  } catch {
    return {} as T;
  }
}
