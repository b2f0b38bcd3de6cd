/** What a screen does not begin with: parts in a piece of code of their own, and parts that are drawn after the first picture. */
import { type ComponentType, type ReactNode, useDeferredValue, useEffect, useState } from "react";
import { line } from "../frame/live";
import { ApiProblem } from "../frame/problem";
import { kept } from "../frame/store";
import { ErrorLine } from "./states";

/** Not every browser tells when it has nothing to do. */
const IDLE_AFTER_MS = 500;

/**
 * Fetches a piece of code before it is asked for, when the browser has nothing to do: once, and not while the line is lost,
 * because some browsers keep an import that failed until the page is loaded anew.
 */
export function ahead(load: () => Promise<unknown>): () => void {
  let begun: "begun" | "" = "";
  const begin = () => {
    if (begun || line.now().state === "lost") return;
    begun = "begun";
    // Whoever needs it fetches it again, and is told.
    load().catch(() => undefined);
  };
  return () => {
    if (begun) return;
    if ("requestIdleCallback" in globalThis) requestIdleCallback(begin);
    else setTimeout(begin, IDLE_AFTER_MS);
  };
}

/** A piece of code: fetched once for all who wait for it, and anew when it did not come. */
export function piece<T>(load: () => Promise<T>) {
  const there = kept<T | null>(null);
  let underWay: Promise<void> | null = null;
  const fetch = async () => {
    try {
      const code = await load();
      there.change(() => code);
    } catch (cause) {
      throw new ApiProblem({ status: 0, code: "part_missing" }, cause);
    } finally {
      underWay = null;
    }
  };
  return { now: there.now, use: there.use, fetch: () => (underWay ??= fetch()) };
}

export interface Later<P> {
  (props: P): ReactNode;
  /** Fetches its code before it is drawn. */
  readonly ahead: () => void;
  /** Whether its code is there: then it is drawn at once. */
  readonly useCode: () => "there" | "missing";
}

/**
 * A part that comes in a piece of its own, fetched when it is first drawn: forms and dialogs that a list does not need.
 * Where it does not come, it alone is missing, and can be tried again; `React.lazy` keeps the failure and takes the page
 * with it, and draws even what is there a moment late.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, meanwhile: ReactNode = null): Later<P> {
  const code = piece(load);
  function Part(props: P) {
    const Drawn = code.use();
    const [problem, tell] = useState<unknown>(null);
    const fetch = () => {
      tell(null);
      code.fetch().catch(tell);
    };
    useEffect(() => {
      if (!code.now()) fetch();
    }, []);
    if (Drawn) return <Drawn {...props} />;
    return problem ? <ErrorLine thrown={problem} onRetry={fetch} /> : meanwhile;
  }
  return Object.assign(Part, { ahead: ahead(code.fetch), useCode: () => (code.use() ? "there" as const : "missing" as const) });
}

/** What is read second: drawn right after the first picture of the page, and later changes as any other part. */
export function Afterwards({ children }: { children: ReactNode }) {
  const turn = useDeferredValue<"first" | "second">("second", "first");
  return turn === "second" ? children : null;
}
