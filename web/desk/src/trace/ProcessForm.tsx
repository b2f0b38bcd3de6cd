/** A version of a process as it is written: its text, what is wrong with it while one types, and what it changes. */
import { CheckCircleOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Modal, Segmented } from "antd";
import { useRef, useState } from "react";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { useAct } from "../org/useOrg";
import { Bones, ErrorState } from "../parts/states";
import { useSettled } from "../parts/useSettled";
import { DiffText } from "../plan/DiffText";
import { partsWords } from "../words/parts";
import { processWords } from "../words/process";
import { drop, firstText, keep, nextVersion, waiting } from "./processDraft";
import type { ProcessPage } from "./queries";
import "../plan/plan.css";
import "./process.css";

/** The text with what the browser kept of it. */
function useDraft(process: ProcessPage | "new") {
  const [first] = useState(() => firstText(process));
  const [kept] = useState(() => waiting(process));
  const [text, setText] = useState(kept ?? first);
  const write = (next: string) => {
    setText(next);
    keep(process, next);
  };
  return { text, write, wasKept: kept !== null && text !== first, startOver: () => write(first), forget: () => drop(process) };
}

export function ProcessForm({ process, onClose }: { process: ProcessPage | "new"; onClose: () => void }) {
  const words = useWords(processWords);
  const common = useWords(partsWords);
  const client = useQueryClient();
  const draft = useDraft(process);
  const [look, setLook] = useState<"text" | "difference">("text");
  const settled = useSettled(draft.text, 400);
  const check = useQuery({ queryKey: ["trace", "process-check", settled], queryFn: ({ signal }) => call("POST /processes/check", { body: { text: settled }, signal }), placeholderData: (before) => before });
  const sound = settled === draft.text && !check.isPlaceholderData && check.data?.length === 0;
  const publish = useAct(
    (text: string) => call("POST /processes", { body: { text } }),
    words.published,
    () => { draft.forget(); void client.invalidateQueries({ queryKey: ["trace"] }); onClose(); },
  );
  const changed = process === "new" || draft.text !== firstText(process);
  const title = process === "new" ? words.addTitle : words.editTitle(process.title, nextVersion(process));
  return (
    <Modal open width={1080} title={title} okText={words.publish} cancelText={common.cancel} okButtonProps={{ disabled: !sound || !changed }} confirmLoading={publish.isPending} mask={{ closable: false }} onOk={() => publish.mutate(draft.text)} onCancel={onClose}>
      <p className="quiet small">{words.textHint}</p>
      {draft.wasKept && <p className="small" role="status">{words.kept} <Button size="small" type="link" style={{ padding: 0 }} onClick={draft.startOver}>{words.startOver}</Button></p>}
      {process !== "new" && <Segmented<"text" | "difference"> aria-label={words.look} value={look} onChange={setLook} options={[{ value: "text", label: words.text }, { value: "difference", label: words.difference }]} />}
      {look === "difference" && process !== "new" ? (
        <div className="process-editor whole"><DiffText before={process.text} after={draft.text} label={words.difference} /></div>
      ) : (
        <Editor text={draft.text} onText={draft.write} check={check} sound={sound} />
      )}
    </Modal>
  );
}

interface Slip {
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
  readonly suggestion?: string | null;
}

interface EditorProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly check: { readonly data?: readonly Slip[]; readonly error: unknown; readonly refetch: () => unknown };
  readonly sound: boolean;
}

function Editor({ text, onText, check, sound }: EditorProps) {
  const words = useWords(processWords);
  const area = useRef<HTMLTextAreaElement>(null);
  const place = ({ line, column }: Slip) => {
    const before = text.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    area.current?.focus();
    area.current?.setSelectionRange(before + Math.max(column - 1, 0), before + Math.max(column, 1));
  };
  return (
    <div className="process-editor">
      <textarea ref={area} className="plan-text mono" aria-label={words.text} spellCheck={false} value={text} onChange={(event) => onText(event.target.value)} />
      <section aria-live="polite">
        <h3>{words.problems}</h3>
        {check.error ? <ErrorState thrown={check.error} onRetry={() => void check.refetch()} /> : !check.data && <Bones lines={2} />}
        {sound && <p className="done-text"><CheckCircleOutlined /> {words.sound}</p>}
        {check.data?.map((slip) => (
          <button type="button" className="plan-problem" key={`${slip.line} ${slip.column} ${slip.code} ${slip.message}`} onClick={() => place(slip)}>
            <b>{words.lineColumn(slip.line, slip.column)}</b> {slip.message}
            {slip.suggestion && !slip.message.includes(slip.suggestion) && <em> {words.meant(slip.suggestion)}</em>}
          </button>
        ))}
      </section>
    </div>
  );
}
