/** Evidence for one step: the kind, then the record, the file or the words. What the step accepts decides what is asked. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal, Segmented } from "antd";
import { useRef, useState } from "react";
import { call } from "../frame/api";
import { asProblem } from "../frame/problem";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { Ago } from "../parts/Day";
import { useProblemWords } from "../parts/problemWords";
import { shutByText } from "../parts/shutBy";
import { partsWords } from "../words/parts";
import { traceWords } from "../words/trace";
import type { Accept, TracePage, TraceStep } from "./queries";

interface Given {
  readonly kind: string;
  readonly refers_to?: string;
  readonly file?: File;
}

export function SupplyForm({ trace, step, onClose }: { trace: TracePage; step: TraceStep; onClose: () => void }) {
  const words = useWords(traceWords);
  const common = useWords(partsWords);
  const me = useMe();
  const mine = step.accepts.filter((accept) => accept.roles.length === 0 || accept.roles.includes(me.role));
  const [at, choose] = useState(0);
  const [remark, write] = useState("");
  const supply = useSupply(trace, step, remark, write, onClose);
  const accept = mine[at];
  const roles = [...new Set(step.accepts.flatMap((one) => one.roles))].map((role) => wordFor(common.roles, role)).join(common.and);
  return (
    <Modal open {...shutByText(remark)} title={words.supply.title(step.title)} footer={null} onCancel={onClose} destroyOnHidden>
      {!accept ? (
        <p className="due">{words.supply.notYours(roles)}</p>
      ) : (
        <div className="supply">
          {mine.length > 1 && <Segmented aria-label={words.supply.kind} value={at} onChange={choose} options={mine.map((one, value) => ({ value, label: wordFor(words.kinds, one.kind) }))} />}
          <Remark trace={trace} step={step} accept={accept} remark={remark} write={write} />
          <What trace={trace} accept={accept} remark={remark} busy={supply.isPending} onGive={(given) => supply.mutate(given)} />
        </div>
      )}
    </Modal>
  );
}

function useSupply(trace: TracePage, step: TraceStep, remark: string, write: (text: string) => void, onDone: () => void) {
  const words = useWords(traceWords).supply;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: async ({ kind, refers_to, file }: Given): Promise<void> => {
      if (!file) {
        await call("POST /traces/{id}/evidence", { path: { id: trace.id }, body: { step: step.key, kind, refers_to: refers_to ?? "", remark } });
        return;
      }
      const form = new FormData();
      for (const [name, value] of Object.entries({ step: step.key, kind, remark })) form.append(name, value);
      form.append("file", file, file.name);
      await call("POST /traces/{id}/files", { path: { id: trace.id }, form });
    },
    onSuccess: () => {
      void message.success(words.done);
      onDone();
    },
    onError: (thrown) => {
      const problem = asProblem(thrown);
      const proposal = problem.shape.params?.["proposal"];
      // The remark as the firm's form would have it: the writer fills in what only they know.
      if (problem.code === "remark_unfit" && typeof proposal === "string") write(proposal);
      void message.error(`${told(thrown).title} ${told(thrown).next}`, 6);
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["trace"] }),
  });
}

function Remark({ trace, step, accept, remark, write }: { trace: TracePage; step: TraceStep; accept: Accept; remark: string; write: (text: string) => void }) {
  const words = useWords(traceWords);
  const told = useProblemWords();
  const { message } = App.useApp();
  const { semicolon } = useWords(partsWords);
  const needed = accept.kind === "note" || accept.kind === "decision" || step.phrases.length > 0;
  const propose = useMutation({
    mutationFn: () => call("POST /remarks/check", { body: { business_type: trace.business_type, text: remark } }),
    onSuccess: (answer) => answer.proposal && write(answer.proposal),
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
  if (!needed) return null;
  const phrases = step.phrases.map((one) => one.replaceAll("|", ` ${words.step.or} `)).join(semicolon);
  return (
    <div className="supply-remark">
      <Input.TextArea autoFocus rows={4} maxLength={4000} value={remark} aria-label={words.supply.remark} placeholder={words.supply.remark} onChange={(event) => write(event.target.value)} />
      <div className="row">
        {phrases && accept.kind !== "decision" && <span className="quiet small">{words.supply.remarkFor(phrases)}</span>}
        <span className="grow" />
        <Button size="small" loading={propose.isPending} onClick={() => propose.mutate()}>{words.supply.proposal}</Button>
      </div>
    </div>
  );
}

function What({ trace, accept, remark, busy, onGive }: { trace: TracePage; accept: Accept; remark: string; busy: boolean; onGive: (given: Given) => void }) {
  const words = useWords(traceWords);
  const common = useWords(partsWords);
  const kind = accept.kind;
  const confirm = (given: Given, hint?: string, disabled?: boolean) => (
    <div className="row">
      {hint && <span className="quiet small">{hint}</span>}
      <span className="grow" />
      <Button type="primary" loading={busy} disabled={disabled} onClick={() => onGive(given)}>{words.supply.confirm(wordFor(words.kinds, kind))}</Button>
    </div>
  );
  switch (kind) {
    case "contact":
    case "message":
      return <Contacts trace={trace} accept={accept} busy={busy} onGive={onGive} />;
    case "file":
    case "recording":
      return <FilePick accept={accept} busy={busy} onGive={(file) => onGive({ kind, file })} />;
    case "answer":
      return confirm({ kind, refers_to: accept.refers_to ?? "" }, words.supply.answer(accept.refers_to ?? ""));
    case "consent":
      return confirm({ kind, refers_to: accept.refers_to ?? "" }, words.supply.consent(wordFor(common.channels, accept.refers_to)));
    case "delivery":
      return confirm({ kind, refers_to: trace.agreement?.id ?? "" }, words.supply.delivery(accept.days_max ?? 2));
    default:
      return confirm({ kind }, undefined, !remark.trim());
  }
}

const WRITTEN = ["sms", "wechat", "mail"];

function Contacts({ trace, accept, busy, onGive }: { trace: TracePage; accept: Accept; busy: boolean; onGive: (given: Given) => void }) {
  const words = useWords(traceWords).supply;
  const channels = useWords(partsWords).channels;
  const fitting = trace.contacts.filter((one) => accept.any_of.includes(one.channel) || (accept.any_of.length === 0 && (accept.kind === "contact" || WRITTEN.includes(one.channel))) || accept.any_of.includes(one.code));
  if (fitting.length === 0) return <p className="quiet">{words.noContacts} {words.noContactsNext}</p>;
  return (
    <ul className="supply-contacts" aria-label={words.contacts}>
      {fitting.slice(0, 8).map((one) => (
        <li key={one.id}>
          <button type="button" disabled={busy} onClick={() => onGive({ kind: accept.kind, refers_to: one.id })}>
            <span>{wordFor(channels, one.channel)} · {one.title}</span>
            <span className="quiet small">{one.staff_name} · <Ago at={one.at} /></span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const TYPES = ["pdf", "png", "jpeg", "webp", "wav", "ogg", "mp4"];

function FilePick({ accept, busy, onGive }: { accept: Accept; busy: boolean; onGive: (file: File) => void }) {
  const words = useWords(traceWords).supply;
  const field = useRef<HTMLInputElement>(null);
  const types = accept.kind === "recording" ? ["wav", "ogg", "mp4"] : accept.any_of.length > 0 ? accept.any_of : TYPES;
  const endings = types.flatMap((type) => (type === "jpeg" ? [".jpg", ".jpeg"] : type === "mp4" ? [".mp4", ".m4a"] : [`.${type}`]));
  return (
    <div className="row">
      <input ref={field} type="file" hidden aria-label={words.file} accept={endings.join(",")} onChange={(event) => { const file = event.target.files?.[0]; event.target.value = ""; if (file) onGive(file); }} />
      <span className="quiet small">{words.fileHint(types.map((type) => type.toUpperCase()).join(", "))}{accept.seconds_min ? ` · ${words.seconds(accept.seconds_min)}` : ""}</span>
      <span className="grow" />
      <Button type="primary" loading={busy} onClick={() => field.current?.click()}>{words.file}</Button>
    </div>
  );
}
