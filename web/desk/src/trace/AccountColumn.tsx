/** Everything that was supplied and done, oldest last: who, when, the hash, and what became of it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { address, call } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { Ago } from "../parts/Day";
import { FileButton } from "../parts/FileButton";
import { useProblemWords } from "../parts/problemWords";
import { traceWords } from "../words/trace";
import type { Evidence, TracePage } from "./queries";
import { ReasonForm } from "./ReasonForm";

export function AccountColumn({ trace }: { trace: TracePage }) {
  const words = useWords(traceWords);
  const rights = useMe().permissions;
  const may = trace.state === "open" && rights.includes("traces.run");
  const [back, takeBack] = useState<Evidence | null>(null);
  const titles = new Map(trace.steps.map((step) => [step.key, step.title]));
  const lines = [
    ...trace.evidence.map((one) => ({ at: one.given_at, key: one.id, body: <Piece key={one.id} trace={trace} one={one} title={titles.get(one.step) ?? one.step} onBack={may ? () => takeBack(one) : undefined} /> })),
    ...trace.turns.map((turn) => ({
      at: turn.at, key: `${turn.kind}${turn.at}`,
      body: <li key={`${turn.kind}${turn.at}`} className="trace-piece turn"><strong>{wordFor(words.turns, turn.kind)}</strong> <span className="quiet small">{turn.by.name} · <Ago at={turn.at} /></span>{turn.reason && <p className="small">{turn.reason}</p>}</li>,
    })),
  ].sort((one, other) => (one.at < other.at ? 1 : -1));
  return (
    <>
      <h2 id="trace-account">{words.account}</h2>
      {trace.evidence.length === 0 && <p className="quiet">{words.evidence.none}</p>}
      <ul className="trace-pieces">{lines.map((line) => line.body)}</ul>
      {back && <BackForm trace={trace} one={back} onClose={() => takeBack(null)} />}
    </>
  );
}

function Piece({ trace, one, title, onBack }: { trace: TracePage; one: Evidence; title: string; onBack?: () => void }) {
  const words = useWords(traceWords);
  const later = trace.evidence.find((other) => other.id === one.named_by);
  const fate = later && (later.kind === "withdrawal" ? words.evidence.withdrawn : words.evidence.corrected);
  return (
    <li className={`trace-piece ${fate ? "over" : ""}`}>
      <div className="row">
        <strong>{title}</strong>
        <span className="badge">{wordFor(words.kinds, one.kind)}</span>
        {fate && <span className="badge risk">{fate}</span>}
        <span className="grow" />
        {one.file && <FileButton size="small" label={`${words.evidence.download} ${one.file.name}`} from={address("/traces/{id}/files/{evidence}", { path: { id: trace.id, evidence: one.id } })} name={one.file.name} />}
        {onBack && !fate && one.kind !== "withdrawal" && <Button size="small" type="text" aria-label={`${words.evidence.withdraw}: ${title}`} onClick={onBack}>{words.evidence.withdraw}</Button>}
      </div>
      <p className="quiet small">{words.evidence.by(one.by.name)} · <Ago at={one.given_at} />{one.file && ` · ${one.file.name}`}{one.file?.seconds != null && ` · ${words.evidence.seconds(one.file.seconds)}`}</p>
      {one.remark && <p className="small trace-remark">{one.remark}</p>}
      <p className="quiet small mono one-line" title={one.hash}>{words.evidence.hash} {one.hash.slice(0, 16)}…</p>
    </li>
  );
}

function BackForm({ trace, one, onClose }: { trace: TracePage; one: Evidence; onClose: () => void }) {
  const words = useWords(traceWords).evidence;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const back = useMutation({
    mutationFn: (reason: string) => call("POST /traces/{id}/withdrawal", { path: { id: trace.id }, body: { evidence_id: one.id, reason } }),
    onSuccess: () => {
      void message.success(words.backDone);
      onClose();
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: () => void client.invalidateQueries({ queryKey: ["trace"] }),
  });
  return <ReasonForm title={words.withdrawTitle} hint={words.withdrawHint} ok={words.withdraw} busy={back.isPending} onClose={onClose} onGo={(reason) => back.mutate(reason)} />;
}
