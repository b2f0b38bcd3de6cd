/**
 * Which rows of a long list are drawn. It changes in steps of some rows, not with each pixel.
 *
 * Where the list stands is remembered from the last scroll and the last change of its size, and not asked for after
 * drawing: asking then lays the whole page out once for the question and once more for the rows.
 */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { inSight } from "./grid";

/** `topic` is what the rows answer; with another one the list begins at its first row again. */
export function useSight(count: number, each: number, least: number, topic: string | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const place = useRef({ top: 0, height: 0, width: Number.POSITIVE_INFINITY });
  const [sight, setSight] = useState({ from: 0, to: 40 });
  const [sideways, setSideways] = useState<"sideways" | "">("");
  const [answered, answer] = useState(topic);
  if (answered !== topic) {
    // While drawing, so that the rows of the new answer are drawn once and not first where the old ones stood.
    answer(topic);
    setSight(inSight(0, place.current.height, each, count));
  }
  const draw = useCallback(() => {
    const { top, height, width } = place.current;
    const next = inSight(top, height, each, count);
    if (height > 0) setSight((now) => (now.from === next.from && now.to === next.to ? now : next));
    setSideways(width < least ? "sideways" : "");
    return next.to;
  }, [each, count, least]);
  const follow = useCallback(() => {
    const { scrollTop = 0, clientHeight = 0, clientWidth = 0 } = box.current ?? {};
    place.current = { top: scrollTop, height: clientHeight, width: clientWidth };
    return draw();
  }, [draw]);
  useLayoutEffect(() => {
    if (!box.current || place.current.top === 0) return;
    box.current.scrollTop = 0;
    place.current.top = 0;
  }, [answered]);
  useLayoutEffect(() => void draw(), [draw]);
  const latest = useRef(follow);
  latest.current = follow;
  // The watcher tells the first size too. An empty list has no box: the next one is watched anew.
  const isEmpty = count === 0;
  useEffect(() => {
    if (!box.current) return;
    const watcher = new ResizeObserver(() => latest.current());
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, [isEmpty]);
  const reveal = useCallback((index: number) => {
    const grid = box.current;
    if (!grid) return;
    const [above, below] = [index * each, (index + 2) * each - grid.clientHeight];
    if (grid.scrollTop > above) grid.scrollTop = above;
    else if (grid.scrollTop < below) grid.scrollTop = below;
  }, [each]);
  return { box, sight, sideways, follow, reveal };
}
