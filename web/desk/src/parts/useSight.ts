/** Which rows of a long list are drawn. It changes in steps of some rows, not with each pixel. */
import { useCallback, useLayoutEffect, useRef, useState } from "react";
import { inSight } from "./grid";

/** `topic` is what the rows answer; with another one the list begins at its first row again. */
export function useSight(count: number, each: number, least: number, topic: string | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  const [sight, setSight] = useState({ from: 0, to: 40 });
  const [sideways, setSideways] = useState<"sideways" | "">("");
  const [answered, answer] = useState(topic);
  if (answered !== topic) {
    // While drawing, so that the rows of the new answer are drawn once and not first where the old ones stood.
    answer(topic);
    setSight(inSight(0, height.current, each, count));
  }
  const follow = useCallback(() => {
    const { scrollTop = 0, clientHeight = 0, clientWidth = 0 } = box.current ?? {};
    height.current = clientHeight;
    const next = inSight(scrollTop, clientHeight, each, count);
    setSight((now) => (now.from === next.from && now.to === next.to ? now : next));
    setSideways(clientWidth < least ? "sideways" : "");
    return next.to;
  }, [each, count, least]);
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = 0;
  }, [answered]);
  useLayoutEffect(() => {
    follow();
    if (!box.current) return;
    const watcher = new ResizeObserver(() => follow());
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, [follow]);
  const reveal = useCallback((index: number) => {
    const grid = box.current;
    if (!grid) return;
    const [above, below] = [index * each, (index + 2) * each - grid.clientHeight];
    if (grid.scrollTop > above) grid.scrollTop = above;
    else if (grid.scrollTop < below) grid.scrollTop = below;
  }, [each]);
  return { box, sight, sideways, follow, reveal };
}
