/**
 * Many things, one stop of Tab: the arrows walk among them, and Tab goes on to what comes next (ARIA, roving tabindex).
 *
 * The stops are set on the elements that are there and not through the drawing of each thing, so that a walk over
 * a hundred cards draws none of them anew.
 */
import { type FocusEvent, type KeyboardEvent, type RefObject, useLayoutEffect } from "react";

const CONTROLS = "a[href], button, input";

/** Leaves one of the things within Tab's way: the wanted one, else the one that was, else the first. */
export function stopAt(box: HTMLElement, things: string, wanted?: Element | null): void {
  const all = [...box.querySelectorAll<HTMLElement>(things)];
  const stop = all.find((one) => one === wanted) ?? all.find((one) => one.dataset.stop !== undefined) ?? all[0];
  for (const one of all) {
    one.toggleAttribute("data-stop", one === stop);
    const order = one === stop ? "0" : "-1";
    for (const control of one.matches(CONTROLS) ? [one] : one.querySelectorAll<HTMLElement>(CONTROLS)) if (control.getAttribute("tabindex") !== order) control.setAttribute("tabindex", order);
  }
}

/** The focus goes to a thing: to itself, or to the first control in it. */
export function arriveAt(box: HTMLElement, things: string, wanted: HTMLElement | null | undefined): void {
  if (!wanted) return;
  stopAt(box, things, wanted);
  const control = wanted.matches(CONTROLS) ? wanted : wanted.querySelector<HTMLElement>(CONTROLS);
  control?.focus({ preventScroll: true });
  wanted.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
};

/** For the box of one column of things: up, down, first, last. What was focused by mouse becomes the stop. */
export function useRoving(box: RefObject<HTMLElement | null>, things: string) {
  useLayoutEffect(() => {
    if (box.current) stopAt(box.current, things);
  });
  const thingOf = (target: EventTarget) => (target as HTMLElement).closest?.<HTMLElement>(things);
  return {
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      const here = box.current;
      const thing = thingOf(event.target);
      const step = event.altKey || event.ctrlKey || event.metaKey ? undefined : STEPS[event.key];
      if (!here || !thing || !here.contains(thing) || !step) return;
      const all = [...here.querySelectorAll<HTMLElement>(things)];
      event.preventDefault();
      arriveAt(here, things, all[step(all.indexOf(thing), all.length - 1)]);
    },
    onFocus: (event: FocusEvent<HTMLElement>) => {
      const thing = thingOf(event.target);
      if (box.current && thing && box.current.contains(thing)) stopAt(box.current, things, thing);
    },
  };
}
