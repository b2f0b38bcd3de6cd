/** A part that comes in a piece of its own, fetched when it is first drawn: forms and dialogs that a list does not need. */
import { type ComponentType, lazy, type ReactNode, Suspense } from "react";

export function later<P extends object>(load: () => Promise<ComponentType<P>>, meanwhile: ReactNode = null): ComponentType<P> {
  const Part = lazy(() => load().then((part) => ({ default: part as ComponentType<object> })));
  return function Later(props: P) {
    return <Suspense fallback={meanwhile}><Part {...props} /></Suspense>;
  };
}
