/** Verification: draw a sample, see the claim beside its note, accept (A) or send back (R) with a reason (DESK.md 6). */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { App, Button, Input, InputNumber, Modal, Segmented, Select } from "antd";
import { useMemo, useState } from "react";
import type { TouchRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useKeys } from "../frame/keys";
import { usePreferences } from "../frame/preferences";
import { useTabTitle } from "../frame/tabs";
import { useWords } from "../frame/words";
import { countText } from "../parts/count";
import { type Column, DataTable } from "../parts/DataTable";
import { Day } from "../parts/Day";
import { Bones, Shown } from "../parts/states";
import { useProblemWords } from "../parts/problemWords";
import { shutByText } from "../parts/shutBy";
import { useUndo } from "../parts/UndoToast";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { Claim } from "./Claim";
import { after } from "./order";
import { type TouchFilter, touchesQuery } from "./queries";
import { type Look, waitingFor, without } from "./verdict";
import "./work.css";

/** What is shown stands in the address: a sample is there again after a look elsewhere. */
interface Asked {
  readonly look?: Look;
  readonly batch?: string;
}

export default function VerificationPage() {
  const words = useWords(workWords).verify;
  const navigate = useNavigate();
  const asked = useSearch({ strict: false }) as Asked;
  const look = useLook(asked);
  const change = (part: Asked) => void navigate({ to: ".", search: { ...asked, ...(look && { look }), ...part } as never, replace: true });
  useTabTitle(words.title);
  return (
    <div className="page">
      <h1>{words.title}</h1>
      <Sampler look={look ?? "all"} batch={asked.batch} onChange={change} />
      {look ? <Desk key={`${look} ${asked.batch ?? ""}`} look={look} batch={asked.batch} /> : <Bones lines={12} />}
    </div>
  );
}

/** What the address names; else what was drawn, if any of it still waits when the page is opened. */
function useLook({ look, batch }: Asked): Look | null {
  const [usual, decide] = useState<Look | null>(null);
  const drawn = useInfiniteQuery({ ...touchesQuery(waitingFor("drawn", batch)), enabled: !look && usual === null });
  if (!look && usual === null && (drawn.data || drawn.error)) decide(drawn.data?.pages[0]?.items.length ? "drawn" : "all");
  return look ?? usual;
}

function Sampler({ look, batch, onChange }: { look: Look; batch: string | undefined; onChange: (part: Asked) => void }) {
  const words = useWords(workWords).verify;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [percent, setPercent] = useState(10);
  const [seed, setSeed] = useState(() => Math.floor(Date.now() / 86_400_000));
  const batches = useQuery({ queryKey: ["intake", "batches"], queryFn: () => call("GET /batches") });
  const draw = useMutation({
    mutationFn: () => call("POST /verifications/sample", { body: { batch_id: batch, percent, seed } }),
    onSuccess: (items) => {
      if (items.length > 0) void message.success(words.drawn(items.length));
      else void message.info(words.drawnNone);
      void client.invalidateQueries({ queryKey: ["work", "touches"] });
      onChange({ look: "drawn" });
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
  return (
    <>
      <div className="page-acts">
        <Select allowClear showSearch optionFilterProp="label" style={{ width: 220 }} aria-label={words.batch} placeholder={words.batch} value={batch} onChange={(next?: string) => onChange({ batch: next })} options={(batches.data?.items ?? []).map((one) => ({ value: one.id as string, label: one.name }))} />
        <Segmented<Look> aria-label={words.of} value={look} onChange={(next) => onChange({ look: next })} options={[{ value: "drawn", label: words.sample }, { value: "all", label: words.all }]} />
        <span style={{ flex: 1 }} />
        <label>{words.percent} <InputNumber min={1} max={100} value={percent} onChange={(n) => setPercent(n ?? 10)} suffix="%" style={{ width: 90 }} /></label>
        <label title={words.hint}>{words.seed} <InputNumber value={seed} onChange={(n) => setSeed(n ?? 1)} style={{ width: 110 }} /></label>
        <Button type="primary" loading={draw.isPending} onClick={() => draw.mutate()}>{words.draw}</Button>
      </div>
      <p className="quiet small">{words.hint}</p>
    </>
  );
}

function Desk({ look, batch }: { look: Look; batch: string | undefined }) {
  const words = useWords(workWords);
  const filter = useMemo(() => waitingFor(look, batch), [look, batch]);
  const touches = useInfiniteQuery(touchesQuery(filter));
  const rows = useMemo(() => touches.data?.pages.flatMap((page) => page.items) ?? [], [touches.data]);
  const [picked, pick] = useState<string | null>(null);
  const chosen = rows.find((row) => row.id === picked) ?? rows[0];
  const columns = useMemo<readonly Column<TouchRow>[]>(
    () => [
      { title: words.board.customer, key: "customer", width: 105, fixed: "left", draw: (row) => <button type="button" className="plain" onClick={() => pick(row.id)}>{row.customer.name}</button> },
      { title: words.board.what, key: "what", width: 165, draw: (row) => row.title },
      { title: words.board.owner, key: "owner", width: 85, draw: (row) => row.owner?.name },
      { title: words.board.due, key: "due", width: 90, draw: (row) => <Day day={row.due_day} weekday="plain" /> },
    ],
    [words],
  );
  const open = (row: TouchRow) => pick(row.id);
  return (
    <Shown of={touches} lines={12}>
      {({ pages }) => (
        <div className={chosen && "verify"}>
          <div className={chosen && "verify-list"}>
            <DataTable<TouchRow> of={touches} columns={columns} label={words.verify.title} name="verification" empty={{ title: look === "drawn" ? words.verify.allDone : words.verify.empty, next: look === "drawn" ? words.verify.allDoneNext : words.verify.emptyNext }} onOpen={open} current={chosen?.id} onWalk={open} />
          </div>
          {chosen && <Judged row={chosen} left={pages[0]?.about ?? rows.length} filter={filter} onDone={(row) => pick(after(rows, row.id))} onUndone={(row) => pick(row.id)} />}
        </div>
      )}
    </Shown>
  );
}

interface JudgedProps {
  readonly row: TouchRow;
  readonly left: number;
  readonly filter: TouchFilter;
  readonly onDone: (row: TouchRow) => void;
  readonly onUndone: (row: TouchRow) => void;
}

function Judged({ row, left, filter, onDone, onUndone }: JudgedProps) {
  const words = useWords(workWords);
  const parts = useWords(partsWords);
  const { language } = usePreferences();
  const [returned, sendBack] = useState<TouchRow | null>(null);
  const verify = useVerdict(filter, onDone, onUndone);
  useKeys([
    { key: "A", does: words.keys.accept, run: () => verify.mutate({ row, verdict: "accepted" }) },
    { key: "R", does: words.keys.sendBack, run: () => sendBack(row) },
  ]);
  const count = countText(left, language);
  return (
    <>
      <Claim row={row}>
        <Button type="primary" loading={verify.isPending} onClick={() => verify.mutate({ row, verdict: "accepted" })}>{words.verify.accept} <kbd>A</kbd></Button>
        <Button danger onClick={() => sendBack(row)}>{words.verify.sendBack} <kbd>R</kbd></Button>
        <span className="quiet small">{words.verify.left(left > 10_000 ? parts.about(count) : count)}</span>
      </Claim>
      {returned && <ReturnForm onClose={() => sendBack(null)} busy={verify.isPending} onGo={(reason) => verify.mutate({ row: returned, verdict: "returned", reason }, { onSuccess: () => sendBack(null) })} />}
    </>
  );
}

/** Gives a verdict, which can be taken back for ten seconds: the result then waits again, and is looked at. */
function useVerdict(filter: TouchFilter, onDone: (row: TouchRow) => void, onUndone: (row: TouchRow) => void) {
  const words = useWords(workWords).verify;
  const told = useProblemWords();
  const offerUndo = useUndo();
  const client = useQueryClient();
  const { message } = App.useApp();
  const onError = (thrown: unknown) => void message.error(`${told(thrown).title} ${told(thrown).next}`);
  const onSettled = () => {
    void client.invalidateQueries({ queryKey: ["work"] });
    void client.invalidateQueries({ queryKey: ["report"] });
  };
  const undo = useMutation({
    mutationFn: (row: TouchRow) => call("DELETE /touches/{id}/verification", { path: { id: row.id } }),
    onSuccess: (_, row) => {
      void message.info(words.takenBack);
      onUndone(row);
    },
    onError,
    onSettled,
  });
  return useMutation({
    mutationFn: ({ row, verdict, reason }: { row: TouchRow; verdict: "accepted" | "returned"; reason?: string }) =>
      call("POST /touches/{id}/verification", { path: { id: row.id }, body: { verdict, reason } }),
    onSuccess: (_, { row, verdict }) => {
      offerUndo(`${verdict === "accepted" ? words.accepted : words.sentBack} · ${row.customer.name}`, () => undo.mutate(row));
      onDone(row);
      client.setQueryData(touchesQuery(filter).queryKey, (data) => data && without(data, row.id));
    },
    onError,
    onSettled,
  });
}

/** Stays until the server has taken the verdict: refused, the reason is still there. */
function ReturnForm({ busy, onClose, onGo }: { busy: boolean; onClose: () => void; onGo: (reason: string) => void }) {
  const words = useWords(workWords).verify;
  const parts = useWords(partsWords);
  const [reason, setReason] = useState("");
  return (
    <Modal open title={words.reason} okText={words.sendBack} cancelText={parts.cancel} okButtonProps={{ danger: true, disabled: !reason.trim() }} confirmLoading={busy} {...shutByText(reason, "stays")} onCancel={onClose} onOk={() => onGo(reason.trim())}>
      <Input.TextArea autoFocus rows={3} value={reason} aria-label={words.reason} placeholder={words.reasonPlaceholder} onChange={(event) => setReason(event.target.value)} />
    </Modal>
  );
}
