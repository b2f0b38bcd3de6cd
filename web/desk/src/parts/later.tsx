/** What a screen does not begin with: parts in a piece of code of their own, and parts that are drawn after the first picture. */
import { type ComponentType, type ReactNode, useDeferredValue, useEffect, useState } from "react";
import { line } from "../frame/live";
import { ApiProblem, asProblem } from "../frame/problem";
import { kept } from "../frame/store";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";
import { ErrorLine } from "./states";

/** Not every browser tells when it has nothing to do. */
const IDLE_AFTER_MS = 500;

/**
 * Fetches a piece of code before it is asked for, when the browser has nothing to do: once, and not while the line is lost,
 * because some browsers keep an import that failed until the page is loaded anew. Whoever comes then fetches it when it is drawn.
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

/** How the browsers, and the builder's own loader of styles, say that a file did not come. All else is a fault of the program. */
const NOT_COME = /^(failed to fetch|load failed|error loading dynamically imported module|importing a module script failed|unable to preload css)/i;

/** A piece of code: fetched once for all who wait for it, and asked for anew when it did not come. */
export function piece<T>(load: () => Promise<T>) {
  const there = kept<T | null>(null);
  let underWay: Promise<void> | null = null;
  const fetch = async () => {
    try {
      const code = await load();
      there.change(() => code);
    } catch (cause) {
      throw cause instanceof Error && NOT_COME.test(cause.message) ? new ApiProblem({ status: 0, code: "part_missing" }, cause) : cause;
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
 * Where it does not come, it alone is missing; `React.lazy` takes the page with it, and draws even what is there a moment
 * late. Browsers keep an import that failed until the page is loaded anew, so that is what the line offers, beside closing
 * where the part itself could be closed. Code that came and fails is a fault, and the page tells that.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, meanwhile: ReactNode | ((props: P) => ReactNode) = null): Later<P> {
  const code = piece(load);
  function Part(props: P) {
    const { reload } = useWords(partsWords);
    const Drawn = code.use();
    const [problem, tell] = useState<unknown>(null);
    useEffect(() => {
      if (!code.now()) code.fetch().catch(tell);
    }, []);
    if (Drawn) return <Drawn {...props} />;
    if (!problem) return typeof meanwhile === "function" ? meanwhile(props) : meanwhile;
    if (asProblem(problem).code !== "part_missing") throw problem;
    return <ErrorLine thrown={problem} act={reload} onRetry={() => location.reload()} onClose={(props as { onClose?: () => void }).onClose} />;
  }
  return Object.assign(Part, { ahead: ahead(code.fetch), useCode: () => (code.use() ? "there" as const : "missing" as const) });
}

/** What is read second: drawn right after the first picture of the page, and later changes as any other part. */
export function Afterwards({ children }: { children: ReactNode }) {
  const turn = useDeferredValue<"first" | "second">("second", "first");
  return turn === "second" ? children : null;
}
