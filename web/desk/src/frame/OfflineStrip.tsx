/** The strip at the top while the line is lost: as of when, and that nothing is lost. */
import { useEffect, useRef } from "react";
import { App } from "antd";
import { frameWords } from "../words/frame";
import { clock } from "../parts/Day";
import { line } from "./live";
import { useWords } from "./words";

export function OfflineStrip() {
  const words = useWords(frameWords);
  const { message } = App.useApp();
  const now = line.use();
  const was = useRef(now.state);
  useEffect(() => {
    if (was.current === "lost" && now.state === "live") void message.success(words.backOnline);
    was.current = now.state;
  }, [now.state, message, words.backOnline]);
  if (now.state !== "lost") return null;
  return <div className="frame-strip" role="status">{words.offline(clock(new Date(now.asOf)))}</div>;
}
