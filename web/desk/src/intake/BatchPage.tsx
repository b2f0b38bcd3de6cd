/** One batch: its progress, its sums, its rejected rows, how its touches stand; hand out and undo. */
import { App, Button, Modal, Progress } from "antd";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BatchPage as Batch } from "../frame/shapes";
import { address, call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { ApiProblem } from "../frame/problem";
import { useMe } from "../frame/session";
import { useTabTitle } from "../frame/tabs";
import { useWords, wordFor } from "../frame/words";
import { countText } from "../parts/count";
import { Ago, dayOf } from "../parts/Day";
import { FileButton } from "../parts/FileButton";
import { FactList } from "../parts/FactList";
import { useProblemWords } from "../parts/problemWords";
import { Shown } from "../parts/states";
import { HandOut } from "../work/HandOut";
import { intakeWords } from "../words/intake";
import { partsWords } from "../words/parts";
import { TONES } from "./BatchList";
import { problemSum } from "./cells";
import { batchProblemsQuery, batchQuery, batchSumsQuery, inBatchQuery } from "./queries";
import "./intake.css";

export function BatchPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const batch = useQuery(batchQuery(id));
  useTabTitle(batch.data?.name);
  return <Shown of={batch} lines={10}>{(data) => <Body batch={data} />}</Shown>;
}

function Body({ batch }: { batch: Batch }) {
  const words = useWords(intakeWords);
  const me = useMe();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"hand-out" | "undo" | null>(null);
  const leads = me.role === "hq" || me.role === "channel_lead";
  // Head office's batch is seen by the channels below, and handed out by head office.
  const { error } = useQuery({ ...inBatchQuery(batch.id), enabled: leads && batch.state === "imported" });
  const isOurs = !(error instanceof ApiProblem && error.status === 404);
  // An undo that was given up half way is gone on with by the same button.
  const back = ["imported", "failed"].includes(batch.state) || (batch.state === "undoing" && Boolean(batch.failure));
  return (
    <div className="page">
      <div className="page-head">
        <h1>{batch.name} <span className={`badge ${TONES[batch.state] ?? ""}`}>{wordFor(words.states, batch.state)}</span></h1>
        {batch.rejected > 0 && me.role === "hq" && <FileButton from={address("/batches/{id}/error-file", { path: { id: batch.id } })} name={`errors-${batch.id}`}>{words.batch.errorFile}</FileButton>}
        {me.role === "hq" && back && <Button onClick={() => setOpen("undo")}>{words.batch.undo}</Button>}
        {me.role === "hq" && batch.state === "failed" && <Resume batch={batch} />}
        {leads && isOurs && batch.state === "imported" && <Button type="primary" onClick={() => setOpen("hand-out")}>{words.batch.handOut}</Button>}
      </div>
      {batch.state === "importing" && <Importing batch={batch} />}
      <Sums batch={batch} />
      <section className="panel">
        <FactList
          facts={[
            { key: "reason", title: words.batch.reason, value: batch.reason },
            { key: "business", title: words.batch.business, value: wordFor(words.businessTypes, batch.business_type) },
            { key: "file", title: words.batch.file, value: batch.file_name },
            { key: "by", title: words.batch.by, value: <>{batch.by?.name} · <Ago at={batch.at} /></> },
          ]}
        />
      </section>
      <Touches batch={batch} />
      {back && batch.failure && <p className="risk" role="alert">{batch.state === "failed" ? words.batch.stopped : words.batch.undoStopped}: {batch.failure}</p>}
      {me.role === "hq" && (batch.problems_by_kind ?? []).length > 0 && <Problems batch={batch} />}
      {open === "hand-out" && <HandOut batch={batch} onClose={() => setOpen(null)} />}
      {open === "undo" && <Undo batch={batch} onClose={() => setOpen(null)} onUndone={() => { setOpen(null); void navigate({ to: `/batches/${batch.id}` }); }} />}
    </div>
  );
}

function Importing({ batch }: { batch: Batch }) {
  const words = useWords(intakeWords).wizard;
  const { language } = usePreferences();
  return (
    <section className="panel" role="status">
      <Progress percent={Math.min(99, Math.floor((100 * batch.rows_done) / Math.max(batch.rows_total ?? 0, 1)))} />
      <p>
        {words.importing(countText(batch.rows_done, language), countText(batch.rows_total ?? batch.rows_done, language))}
        {batch.rows_per_second != null && batch.seconds_left != null && <span className="quiet"> · {words.speed(countText(Math.round(batch.rows_per_second), language), words.seconds(batch.seconds_left))}</span>}
      </p>
      <p className="quiet small">{words.stays}</p>
    </section>
  );
}

function Sums({ batch }: { batch: Batch }) {
  const words = useWords(intakeWords).batch;
  const { language } = usePreferences();
  const mayHandOut = useMe().permissions.includes("work.hand_out");
  const inBatch = useQuery({ ...inBatchQuery(batch.id), enabled: mayHandOut && ["imported", "undone"].includes(batch.state) }).data;
  const standing = batch.state === "imported" ? inBatch : undefined;
  const withdrawn = inBatch && batch.state !== "imported" ? inBatch.withdrawn : 0;
  const figure = (count: number) => new Intl.NumberFormat("en-US").format(count);
  return (
    <section className="panel">
      <div className="sums">
        <div><span className="quiet small">{words.created}</span><strong>{countText(batch.created, language)}</strong></div>
        <div><span className="quiet small">{words.updated}</span><strong>{countText(batch.updated, language)}</strong></div>
        <div><span className="quiet small">{words.rejected}</span><strong className={batch.rejected > 0 ? "due" : ""}>{countText(batch.rejected, language)}</strong></div>
        <div><span className="quiet small">{words.duplicates}</span><strong>{countText(batch.duplicates, language)}</strong></div>
        {standing && <div><span className="quiet small">{words.inBatch}</span><strong>{countText(standing.customers, language)}</strong></div>}
        {standing && <div><span className="quiet small">{words.waiting}</span><strong>{countText(standing.waiting, language)}</strong></div>}
      </div>
      <p className="quiet small" style={{ marginTop: 8 }}>{words.sums(figure(batch.rows), figure(batch.accepted), figure(batch.rejected), figure(batch.duplicates))}</p>
      {withdrawn > 0 && <p className="quiet small">{words.withdrawn(countText(withdrawn, language))}</p>}
    </section>
  );
}

function Touches({ batch }: { batch: Batch }) {
  const words = useWords(intakeWords).batch;
  const { language } = usePreferences();
  const reads = useMe().permissions.includes("statements.read");
  const sums = useQuery({ ...batchSumsQuery(batch.id), enabled: batch.state !== "importing" });
  if (!sums.data || sums.data.totals.handed_out === 0) return null;
  const { key: _, title: __, ...figures } = sums.data.totals;
  const all = Object.entries(figures);
  return (
    <section className="panel">
      <h3 className="row"><span className="grow">{words.touches}</span>{reads && <Link to="/statements" search={{ by: "person", batch: batch.id, from: dayOf(new Date(batch.at)) } as never}>{words.statement} ▸</Link>}<Link to="/board" search={{ batch: batch.id, look: "table" } as never}>{words.open} ▸</Link></h3>
      <div className="sums">{all.map(([state, count]) => <div key={state}><span className="quiet small">{wordFor(words.touchStates, state)}</span><strong className={count === 0 ? "quiet" : ""}>{countText(count, language)}</strong></div>)}</div>
    </section>
  );
}

/** What was wrong with the rows, whether it kept them out or not. */
function Problems({ batch }: { batch: Batch }) {
  const words = useWords(intakeWords);
  const parts = useWords(partsWords);
  const { language } = usePreferences();
  const cells = useInfiniteQuery(batchProblemsQuery(batch.id));
  const kinds = batch.problems_by_kind ?? [];
  const sum = (severity: string) => countText(problemSum(kinds, severity), language);
  return (
    <section>
      <h3 style={{ marginBottom: 8 }}>{words.batch.problems} <span className="quiet small">{words.wizard.summary(sum("error"), sum("warning"))}</span></h3>
      <ul className="small" style={{ marginBottom: 8 }}>{kinds.map((kind) => <li key={`${kind.code} ${kind.column}`} className={kind.severity === "error" ? "due" : "quiet"}>{[kind.column, kind.title].filter(Boolean).join(" · ")} <b>{countText(kind.count, language)}</b></li>)}</ul>
      <Shown of={cells} lines={4}>
        {(pages) => (
          <div className="sheet" role="region" aria-label={words.batch.problems} tabIndex={0}>
            <table>
              <thead><tr><th className="figure">{words.wizard.row}</th><th>{words.wizard.column}</th><th>{words.wizard.text}</th><th>{words.wizard.why2}</th><th>{words.wizard.suggestion}</th></tr></thead>
              <tbody>
                {pages.pages.flatMap((page) => page.items).map((cell, i) => (
                  <tr key={i}><td className="figure">{cell.row}</td><td>{cell.column}</td><td className="mono">{cell.text}</td><td className="wraps">{cell.reason}</td><td className="quiet">{cell.suggestion}</td></tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Shown>
      {cells.hasNextPage && <Button size="small" style={{ marginTop: 8 }} loading={cells.isFetchingNextPage} onClick={() => void cells.fetchNextPage()}>{parts.more}</Button>}
    </section>
  );
}

function Resume({ batch }: { batch: Batch }) {
  const words = useWords(intakeWords).batch;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const resume = useMutation({
    mutationFn: () => call("POST /batches/{id}/resumption", { path: { id: batch.id } }),
    onSuccess: () => void message.success(words.resumed),
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: () => void client.invalidateQueries({ queryKey: ["intake"] }),
  });
  return <Button type="primary" loading={resume.isPending} onClick={() => resume.mutate()}>{words.resume}</Button>;
}

function Undo({ batch, onClose, onUndone }: { batch: Batch; onClose: () => void; onUndone: () => void }) {
  const words = useWords(intakeWords).batch;
  const parts = useWords(partsWords);
  const { language } = usePreferences();
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const preview = useQuery({ queryKey: ["intake", "undo", batch.id], queryFn: ({ signal }) => call("GET /batches/{id}/undo-preview", { path: { id: batch.id }, signal }), staleTime: 0 });
  const undo = useMutation({
    mutationFn: () => call("POST /batches/{id}/undo", { path: { id: batch.id } }),
    onSuccess: () => {
      void message.success(words.undone);
      onUndone();
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["intake"] });
      void client.invalidateQueries({ queryKey: ["customer"] });
    },
  });
  return (
    <Modal open width={480} title={words.undoTitle} okText={words.undoDo} cancelText={parts.cancel} okButtonProps={{ danger: true, disabled: !preview.data, loading: undo.isPending }} onOk={() => undo.mutate()} onCancel={onClose}>
      <Shown of={preview} lines={2}>
        {(take) => (
          <>
            <p>{words.undoTakes(countText(take.would_delete, language), countText(take.would_restore, language))}</p>
            <p>{take.would_withdraw > 0 ? words.undoWork(countText(take.would_withdraw, language)) : words.undoNoWork}</p>
            {take.blocked > 0 && <p className="due">{words.undoBlocked(countText(take.blocked, language))}</p>}
          </>
        )}
      </Shown>
    </Modal>
  );
}
