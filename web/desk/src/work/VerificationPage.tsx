/** Verification: draw a sample, see the claim beside its note, accept (A) or send back (R) with a reason (DESK.md 6). */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, InputNumber, Modal, Select } from "antd";
import { useMemo, useRef, useState } from "react";
import type { TouchRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useKeys } from "../frame/keys";
import { useTabTitle } from "../frame/tabs";
import { useWords } from "../frame/words";
import { Day } from "../parts/Day";
import { useRoving } from "../parts/roving";
import { EmptyState, Shown } from "../parts/states";
import { useProblemWords } from "../parts/problemWords";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { Claim } from "./Claim";
import { after, moved } from "./order";
import { touchesQuery } from "./queries";
import "./work.css";

export default function VerificationPage() {
  const words = useWords(workWords).verify;
  const [sample, setSample] = useState<readonly TouchRow[] | null>(null);
  const waiting = useInfiniteQuery(touchesQuery({ state: "done" }));
  useTabTitle(words.title);
  return (
    <div className="page">
      <h1>{words.title}</h1>
      <Sampler onDrawn={setSample} drawn={sample !== null} />
      {sample ? <Desk rows={sample} empty={words.allDone} /> : <Shown of={waiting}>{({ pages }) => <Desk rows={pages.flatMap((page) => page.items)} empty={words.empty} />}</Shown>}
    </div>
  );
}

function Sampler({ onDrawn, drawn }: { onDrawn: (rows: readonly TouchRow[] | null) => void; drawn: boolean }) {
  const words = useWords(workWords).verify;
  const told = useProblemWords();
  const { message } = App.useApp();
  const [batch, setBatch] = useState<string>();
  const [percent, setPercent] = useState(10);
  const [seed, setSeed] = useState(() => Math.floor(Date.now() / 86_400_000));
  const batches = useQuery({ queryKey: ["intake", "batches"], queryFn: () => call("GET /batches") });
  const draw = useMutation({
    mutationFn: () => call("POST /verifications/sample", { body: { batch_id: batch, percent, seed } }),
    onSuccess: (items) => {
      void message.success(words.drawn(items.length));
      onDrawn(items);
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
  return (
    <div className="page-acts">
      <Select allowClear showSearch optionFilterProp="label" style={{ width: 220 }} aria-label={words.batch} placeholder={words.batch} value={batch} onChange={setBatch} options={(batches.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))} />
      <label>{words.percent} <InputNumber min={1} max={100} value={percent} onChange={(n) => setPercent(n ?? 10)} suffix="%" style={{ width: 90 }} /></label>
      <label title={words.hint}>{words.seed} <InputNumber value={seed} onChange={(n) => setSeed(n ?? 1)} style={{ width: 110 }} /></label>
      <Button type="primary" loading={draw.isPending} onClick={() => draw.mutate()}>{words.draw}</Button>
      {drawn && <Button onClick={() => onDrawn(null)}>{words.all}</Button>}
      <span className="quiet small">{words.hint}</span>
    </div>
  );
}

function Desk({ rows, empty }: { rows: readonly TouchRow[]; empty: string }) {
  const words = useWords(workWords);
  const [judged, judge] = useState<ReadonlySet<string>>(new Set());
  const left = useMemo(() => rows.filter((row) => !judged.has(row.id)), [rows, judged]);
  const [picked, pick] = useState<string | null>(null);
  const chosen = left.find((row) => row.id === picked) ?? left[0];
  const [returning, setReturning] = useState<TouchRow | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const walk = useRoving(list, ".touch-row");
  const verify = useVerdict((row) => {
    pick(after(left, row.id));
    judge((before) => new Set([...before, row.id]));
  });
  useKeys([
    { key: "J", does: words.keys.next, run: () => pick(moved(left, chosen?.id ?? null, 1)), quiet: "quiet" },
    { key: "K", does: words.keys.previous, run: () => pick(moved(left, chosen?.id ?? null, -1)), quiet: "quiet" },
    { key: "A", does: words.keys.accept, run: () => chosen && verify.mutate({ row: chosen, verdict: "accepted" }) },
    { key: "R", does: words.keys.sendBack, run: () => chosen && setReturning(chosen) },
  ]);
  if (!chosen) return <EmptyState title={judged.size > 0 ? words.verify.allDone : empty} next={words.verify.emptyNext} />;
  return (
    <div className="verify">
      <div className="verify-list" ref={list} {...walk} role="list" aria-label={words.verify.title}>
        {left.map((row) => (
          <div role="listitem" key={row.id}>
            <button type="button" className="touch-row" style={{ gridTemplateColumns: "minmax(0, 1fr) auto", paddingInlineEnd: 8 }} aria-current={row.id === chosen.id} onClick={() => pick(row.id)}>
              <span style={{ minWidth: 0 }}><strong className="one-line">{row.customer.name}</strong><span className="what one-line" style={{ display: "block" }}>{row.title}</span></span>
              <span className="worth">{row.owner?.name}<br /><Day day={row.due_day} weekday="plain" /></span>
            </button>
          </div>
        ))}
      </div>
      <Claim row={chosen}>
        <Button type="primary" loading={verify.isPending} onClick={() => verify.mutate({ row: chosen, verdict: "accepted" })}>{words.verify.accept} <kbd>A</kbd></Button>
        <Button danger onClick={() => setReturning(chosen)}>{words.verify.sendBack} <kbd>R</kbd></Button>
        <span className="quiet small">{words.verify.left(left.length)}</span>
      </Claim>
      {returning && <ReturnForm onClose={() => setReturning(null)} onGo={(reason) => { verify.mutate({ row: returning, verdict: "returned", reason }); setReturning(null); }} />}
    </div>
  );
}

function useVerdict(onDone: (row: TouchRow) => void) {
  const words = useWords(workWords).verify;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: ({ row, verdict, reason }: { row: TouchRow; verdict: "accepted" | "returned"; reason?: string }) =>
      call("POST /touches/{id}/verification", { path: { id: row.id }, body: { verdict, reason } }),
    onSuccess: (_, { row, verdict }) => {
      void message.success(verdict === "accepted" ? words.accepted : words.sentBack);
      onDone(row);
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: () => void client.invalidateQueries({ queryKey: ["report"] }),
  });
}

function ReturnForm({ onClose, onGo }: { onClose: () => void; onGo: (reason: string) => void }) {
  const words = useWords(workWords).verify;
  const parts = useWords(partsWords);
  const [reason, setReason] = useState("");
  return (
    <Modal open title={words.reason} okText={words.sendBack} cancelText={parts.cancel} okButtonProps={{ danger: true, disabled: !reason.trim() }} onCancel={onClose} onOk={() => onGo(reason.trim())}>
      <Input.TextArea autoFocus rows={3} value={reason} aria-label={words.reason} placeholder={words.reasonPlaceholder} onChange={(event) => setReason(event.target.value)} />
    </Modal>
  );
}
