/** The call bar without a phone line: the person's state for calls, and the door to the keys. */
import { Button } from "antd";
import { lazy, memo, Suspense } from "react";
import { frameWords } from "../words/frame";
import { useWords } from "./words";

const Reachable = lazy(() => import("./Reachable").then((m) => ({ default: m.Reachable })));

export const CallBar = memo(function CallBar({ onKeys }: { onKeys: () => void }) {
  const words = useWords(frameWords);
  return (
    <footer className="frame-bar" aria-label={words.presence.bar}>
      <Suspense fallback={<span className="frame-reachable" />}><Reachable /></Suspense>
      <span>{words.presence.noLine}</span>
      <span className="frame-space" />
      <Button size="small" type="text" onClick={onKeys}><kbd>?</kbd> {words.keys.title}</Button>
    </footer>
  );
});
