/** One process to be read: for whom it is, its steps with the evidence that each accepts, its text, its versions. */
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Modal, Popconfirm, Segmented, Select } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useWords, wordFor } from "../frame/words";
import { useAct } from "../org/useOrg";
import { Ago } from "../parts/Day";
import { EmptyState, Shown } from "../parts/states";
import { DiffText } from "../plan/DiffText";
import { partsWords } from "../words/parts";
import { planWords } from "../words/plan";
import { processWords } from "../words/process";
import { traceWords } from "../words/trace";
import { useBusinessTypes } from "../work/useBusinessTypes";
import { type Accept, type ProcessPage, processQuery } from "./queries";
import "../plan/plan.css";
import "./process.css";

type Step = ProcessPage["steps"][number];
type Look = "steps" | "text" | "difference";

export function ProcessView({ of: key, onClose, onEdit }: { of: string; onClose: () => void; onEdit?: (newest: ProcessPage) => void }) {
  const words = useWords(processWords);
  const [version, choose] = useState<number | undefined>(undefined);
  const newest = useQuery(processQuery(key));
  const shown = useQuery({ ...processQuery(key, version), placeholderData: keepPreviousData });
  const [look, setLook] = useState<Look>("steps");
  const isOld = version !== undefined && version !== newest.data?.version;
  const looks: { value: Look; label: string }[] = [{ value: "steps", label: words.asSteps }, { value: "text", label: words.asText }, ...(isOld ? [{ value: "difference" as const, label: words.asDifference }] : [])];
  const acts = onEdit && newest.data ? [<Use key="use" of={newest.data} />, <Button key="edit" type="primary" onClick={() => newest.data && onEdit(newest.data)}>{words.edit}</Button>] : [];
  return (
    <Modal open width={820} title={shown.data?.title ?? key} footer={[<Button key="close" onClick={onClose}>{words.close}</Button>, ...acts]} onCancel={onClose}>
      <Shown of={shown}>
        {(process) => (
          <div className="process">
            <div className="process-head">
              <Versions of={process} onChoose={(next) => { choose(next); setLook("steps"); }} />
              <Segmented<Look> aria-label={words.look} value={isOld ? look : look === "difference" ? "steps" : look} onChange={setLook} options={looks} />
            </div>
            {look === "text" && <pre className="plan-text mono" tabIndex={0}>{process.text}</pre>}
            {look === "difference" && isOld && <DiffText before={process.text} after={newest.data?.text ?? process.text} label={words.asDifference} />}
            {(look === "steps" || (look === "difference" && !isOld)) && (process.steps.length > 0 ? <Steps of={process} /> : <EmptyState title={words.unreadable} next={words.unreadableNext} />)}
          </div>
        )}
      </Shown>
    </Modal>
  );
}

/** Retires the process, or takes it back into use. */
function Use({ of: process }: { of: ProcessPage }) {
  const words = useWords(processWords);
  const common = useWords(partsWords);
  const client = useQueryClient();
  const path = { key: process.key };
  const anew = () => void client.invalidateQueries({ queryKey: ["trace"] });
  const retire = useAct(() => call("POST /processes/{key}/retirement", { path }), words.retireDone, anew);
  const resume = useAct(() => call("DELETE /processes/{key}/retirement", { path }), words.resumeDone, anew);
  if (process.retired_at) return <Button loading={resume.isPending} onClick={() => resume.mutate(undefined)}>{words.resume}</Button>;
  return (
    <Popconfirm title={words.retireAsk} styles={{ container: { maxWidth: 360 } }} okText={words.retire} cancelText={common.cancel} onConfirm={() => retire.mutate(undefined)}>
      <Button danger loading={retire.isPending}>{words.retire}</Button>
    </Popconfirm>
  );
}

function Versions({ of: process, onChoose }: { of: ProcessPage; onChoose: (version: number) => void }) {
  const words = useWords(processWords);
  const { playbookNames } = useWords(planWords);
  const from = (turn: ProcessPage["versions"][number]) => (turn.playbook ? wordFor(playbookNames, turn.playbook) : turn.by || words.ours);
  const now = process.versions.find((one) => one.version === process.version);
  return (
    <span className="row">
      <Select<number> size="small" aria-label={words.version} popupMatchSelectWidth={false} value={process.version} onChange={onChoose} options={process.versions.map((one) => ({ value: one.version, label: words.versionOf(one.version, from(one)) }))} />
      <span className="quiet small"><Ago at={now?.at} /></span>
    </span>
  );
}

function Steps({ of: process }: { of: ProcessPage }) {
  const words = useWords(processWords);
  const types = useBusinessTypes();
  return (
    <>
      <dl className="facts">
        {process.law && <><dt>{words.law}</dt><dd>{process.law}</dd></>}
        <dt>{words.forWhom}</dt><dd>{process.applies_if ? <code className="process-condition">{process.applies_if}</code> : words.everybody}</dd>
        <dt>{words.remarks}</dt><dd>{wordFor(types, process.business_type)}</dd>
      </dl>
      <ol className="process-steps">
        {process.steps.map((step) => <StepRow key={step.key} step={step} />)}
      </ol>
    </>
  );
}

function StepRow({ step }: { step: Step }) {
  const words = useWords(processWords);
  const { and, semicolon } = useWords(partsWords);
  const of = step.within_of ? `“${step.within_of}”` : words.opening;
  const hours = step.within_hours;
  const limits = [
    step.after.length > 0 && words.after(step.after.join(`”${and}“`)),
    hours != null && (hours % 24 === 0 ? words.withinDays(hours / 24, of) : words.within(hours, of)),
    step.phrases.length > 0 && words.phrases(step.phrases.map((one) => one.replaceAll("|", ` ${words.or} `)).join(semicolon)),
  ].filter(Boolean);
  return (
    <li>
      <p><strong>{step.title}</strong> <span className={step.need === "never" ? "badge" : "badge due"}>{wordFor(words.need, step.need)}</span> {step.needed_if && <code className="process-condition">{step.needed_if}</code>}</p>
      {step.help && <p className="quiet small">{step.help}</p>}
      <p className="small"><span className="quiet">{words.accepts}</span> <Evidence accepts={step.accepts} /></p>
      {limits.map((limit) => <p key={String(limit)} className="quiet small">{limit}</p>)}
    </li>
  );
}

function Evidence({ accepts }: { accepts: readonly Accept[] }) {
  const words = useWords(processWords);
  const { kinds } = useWords(traceWords);
  const { channels, roles, and } = useWords(partsWords);
  const said = (accept: Accept) => [
    ...(accept.any_of.length > 0 ? [accept.any_of.map((one) => wordFor(channels, one)).join(and)] : []),
    ...(accept.refers_to ? [wordFor(channels, accept.refers_to)] : []),
    ...(accept.seconds_min != null ? [words.seconds(accept.seconds_min)] : []),
    ...(accept.days_max != null ? [words.daysMax(accept.days_max)] : []),
    ...(accept.roles.length > 0 ? [words.onlyBy(accept.roles.map((role) => wordFor(roles, role)).join(and))] : []),
  ];
  return (
    <span className="process-evidence">
      {accepts.map((accept, at) => {
        const more = said(accept).join(" · ");
        return <span key={at} className="badge">{wordFor(kinds, accept.kind)}{more && <span className="quiet"> {more}</span>}</span>;
      })}
    </span>
  );
}
