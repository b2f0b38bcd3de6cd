/** The strip at the top while the line is lost or the disk is full: as of when, and what waits to be sent. Refused entries stay until decided. */
import { App, Button } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { memo, useEffect, useRef } from "react";
import { clock } from "../parts/Day";
import { frameWords } from "../words/frame";
import { call } from "./api";
import { dropLate, late, lateOf, type LateOutcome, sendLate } from "./late";
import { line, program } from "./live";
import { asProblem } from "./problem";
import { useMe } from "./session";
import { useWords } from "./words";

export const OfflineStrip = memo(function OfflineStrip() {
  const words = useWords(frameWords);
  const me = useMe();
  const client = useQueryClient();
  const { message } = App.useApp();
  const now = line.use();
  const { writes } = program.use();
  const { waiting, refused } = lateOf(late.use(), me.id);
  const was = useRef(now.state);
  useEffect(() => {
    const before = was.current;
    was.current = now.state;
    if (now.state !== "live") return;
    void sendLate(client).then(() => before === "lost" && void message.success(words.backOnline));
  }, [now.state, client, message, words.backOnline]);
  return (
    <div className="frame-strips">
      {now.state === "lost" && <div className="frame-strip" role="status">{words.offline(clock(new Date(now.asOf)))}{waiting.length > 0 && ` ${words.late.waiting(waiting.length)}`}</div>}
      {now.state !== "lost" && writes === "disk_full" && <div className="frame-strip" role="alert">{words.diskFull}</div>}
      {now.state === "live" && waiting.length > 0 && <div className="frame-strip info" role="status">{words.late.sending(waiting.length)}</div>}
      {refused.map((one) => <Refused key={one.key} entry={one} />)}
    </div>
  );
});

function Refused({ entry }: { entry: LateOutcome }) {
  const words = useWords(frameWords).late;
  const { message } = App.useApp();
  const keepAsNote = () => {
    const text = [entry.title, entry.note].filter(Boolean).join(": ");
    call("POST /customers/{id}/notes", { path: { id: entry.customer.id }, body: { text } }).then(
      () => {
        dropLate(entry.key);
        void message.success(words.noted);
      },
      (thrown) => void message.error(asProblem(thrown).message),
    );
  };
  return (
    <div className="frame-strip refused" role="alert">
      <span>{words.refused(entry.customer.name, entry.title)} {entry.refused?.detail ?? entry.refused?.title ?? ""}</span>
      <Button size="small" onClick={keepAsNote}>{words.keepAsNote}</Button>
      <Button size="small" type="text" onClick={() => dropLate(entry.key)}>{words.drop}</Button>
    </div>
  );
}
