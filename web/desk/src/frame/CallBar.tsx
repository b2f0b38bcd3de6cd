/** The call bar without a phone line: the person's state for calls, and the door to the keys. */
import { Button } from "antd";
import { memo } from "react";
import { later } from "../parts/later";
import { frameWords } from "../words/frame";
import { useWords } from "./words";

const Reachable = later(() => import("./Reachable").then((all) => all.Reachable), <span className="frame-reachable" />);

export const CallBar = memo(function CallBar({ onKeys }: { onKeys: () => void }) {
  const words = useWords(frameWords);
  return (
    <footer className="frame-bar" aria-label={words.presence.bar}>
      <Reachable />
      <span>{words.presence.noLine}</span>
      <span className="frame-space" />
      <Button size="small" type="text" onClick={onKeys}><kbd>?</kbd> {words.keys.title}</Button>
    </footer>
  );
});
