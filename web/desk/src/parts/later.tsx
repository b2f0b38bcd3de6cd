/** A part that comes in a piece of its own, fetched when it is first drawn: forms and dialogs that a list does not need. */
import { type ComponentType, lazy, Suspense } from "react";

export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const Part = lazy(() => load().then((part) => ({ default: part as ComponentType<object> })));
  return function Later(props: P) {
    return <Suspense fallback={null}><Part {...props} /></Suspense>;
  };
}
