/** What a screen does not begin with: parts in a piece of code of their own, and parts that are drawn after the first picture. */
import { type ComponentType, lazy, type ReactNode, Suspense, useDeferredValue } from "react";

/** A part that comes in a piece of its own, fetched when it is first drawn: forms and dialogs that a list does not need. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, meanwhile: ReactNode = null): ComponentType<P> {
  const Part = lazy(() => load().then((part) => ({ default: part as ComponentType<object> })));
  return function Later(props: P) {
    return <Suspense fallback={meanwhile}><Part {...props} /></Suspense>;
  };
}

/** What is read second: drawn right after the first picture of the page, and later changes as any other part. */
export function Afterwards({ children }: { children: ReactNode }) {
  const turn = useDeferredValue<"first" | "second">("second", "first");
  return turn === "second" ? children : null;
}
