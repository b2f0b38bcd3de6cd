/** One trace: its steps with what is missing, its evidence, and its end. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useKeys } from "../frame/keys";
import { asProblem } from "../frame/problem";
import { useMe } from "../frame/session";
import { useTabTitle } from "../frame/tabs";
import { useWords } from "../frame/words";
import { Ago } from "../parts/Day";
import { saved } from "../parts/download";
import { Shown } from "../parts/states";
import { useProblemWords } from "../parts/problemWords";
import { traceWords } from "../words/trace";
import { AccountColumn } from "./AccountColumn";
import { type TracePage as Page, traceQuery } from "./queries";
import { ReasonForm } from "./ReasonForm";
import { StateBadge } from "./StateBadge";
import { StepList } from "./StepList";
import "./trace.css";

export default function TracePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const page = useQuery(traceQuery(id));
  const name = page.data?.customer.name;
  useTabTitle(name === undefined ? undefined : { zh: `${name} · ${traceWords.zh.one}`, en: `${name} · ${traceWords.en.one}` });
  return <Shown of={page} lines={14}>{(trace) => <Trace key={trace.id} trace={trace} />}</Shown>;
}

type Deed = "abandon" | "reopen" | "export";

function Trace({ trace }: { trace: Page }) {
  const words = useWords(traceWords);
  const may = useMe().permissions;
  const [deed, begin] = useState<Deed | null>(null);
  const closing = useClosing(trace.id);
  const open = trace.state === "open" && may.includes("traces.run");
  useKeys(open ? [{ key: "E", does: words.keys.sell, run: () => closing.mutate() }] : []);
  return (
    <div className="record">
      <div className="record-head">
        <h1>{trace.process_title}</h1>
        <StateBadge row={{ ...trace, overdue: trace.steps.some((step) => step.overdue) }} />
        <span className="quiet small">
          <Link to={`/customers/${trace.customer.id}`}>{trace.customer.name}</Link>
          {[trace.product, trace.agreement?.number].filter(Boolean).map((text) => ` · ${text}`)}
          {" · "}<Ago at={trace.opened_at} />
        </span>
        <span className="row record-acts">
          {open && <Button type="primary" loading={closing.isPending} onClick={() => closing.mutate()}>{words.sell} <kbd>E</kbd></Button>}
          {open && <Button onClick={() => begin("abandon")}>{words.abandon}</Button>}
          {trace.state !== "open" && may.includes("traces.judge") && <Button onClick={() => begin("reopen")}>{words.reopen}</Button>}
          {may.includes("traces.judge") && <Button onClick={() => begin("export")}>{words.export}</Button>}
        </span>
      </div>
      <div className="trace-columns">
        <section className="trace-steps" aria-label={words.steps}>
          {trace.law && <p className="quiet small">{words.law}: {trace.law} · v{trace.process_version}</p>}
          <StepList trace={trace} />
        </section>
        <section className="trace-account" aria-labelledby="trace-account"><AccountColumn trace={trace} /></section>
      </div>
      {deed && <DeedForm deed={deed} trace={trace} onClose={() => begin(null)} />}
    </div>
  );
}

/** Closing as sold; what is missing is told by name. */
function useClosing(id: string) {
  const words = useWords(traceWords);
  const told = useProblemWords();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  return useMutation({
    mutationFn: () => call("POST /traces/{id}/closure", { path: { id }, body: { verdict: "sold", reason: "" } }),
    onSuccess: () => void message.success(words.sold),
    onError: (thrown) => {
      const problem = asProblem(thrown);
      const gaps = (problem.shape.problems ?? []) as readonly { step?: string; title?: string; because?: string }[];
      if (problem.code !== "trace_gaps") return void message.error(`${told(thrown).title} ${told(thrown).next}`);
      modal.warning({
        title: words.refused,
        content: <ul className="trace-gaps">{gaps.map((gap) => <li key={gap.step}><strong>{gap.title}</strong> {gap.because}</li>)}</ul>,
      });
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["trace"] }),
  });
}

function DeedForm({ deed, trace, onClose }: { deed: Deed; trace: Page; onClose: () => void }) {
  const words = useWords(traceWords);
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const texts = {
    abandon: { title: words.abandonTitle, hint: words.abandonHint, ok: words.abandon, done: words.abandoned },
    reopen: { title: words.reopenTitle, hint: words.abandonHint, ok: words.reopen, done: words.reopened },
    export: { title: words.exportTitle, hint: words.exportHint, ok: words.export, done: words.exported },
  }[deed];
  const act = useMutation({
    mutationFn: async (reason: string): Promise<void> => {
      const path = { id: trace.id };
      if (deed === "export") return saved(`/api/traces/${trace.id}/export`, `${trace.id}.zip`, { reason });
      await (deed === "abandon"
        ? call("POST /traces/{id}/closure", { path, body: { verdict: "abandoned", reason } })
        : call("POST /traces/{id}/reopening", { path, body: { reason } }));
    },
    onSuccess: () => {
      void message.success(texts.done);
      onClose();
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: () => void client.invalidateQueries({ queryKey: ["trace"] }),
  });
  return <ReasonForm title={texts.title} hint={deed === "reopen" ? undefined : texts.hint} ok={texts.ok} busy={act.isPending} onClose={onClose} onGo={(reason) => act.mutate(reason)} />;
}
