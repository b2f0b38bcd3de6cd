/** The problems: counts by kind, a fix for a whole kind, an edit of a cell, and what to do with duplicates, all or one by one. */
import { Alert, Button, Progress, Radio, Select } from "antd";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { FixDeed, ProblemKind, UploadCheck } from "../frame/shapes";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { ApiProblem } from "../frame/problem";
import { useWords } from "../frame/words";
import { countText } from "../parts/count";
import { later } from "../parts/later";
import { Bones, ErrorState } from "../parts/states";
import { intakeWords } from "../words/intake";
import { CellProblems } from "./CellProblems";
import { problemSum } from "./cells";
import { checkBody, type Draft, isOwn, withEdit, withFix } from "./draft";
import { checkQuery } from "./queries";

// Rows side by side come in a piece of their own: most files have none.
const DuplicateRows = later(() => import("./DuplicateRows").then((all) => all.DuplicateRows), <Bones lines={6} />);

interface Props {
  readonly now: Draft;
  readonly onChange: (next: Partial<Draft>) => void;
  readonly onStarted: (batch: string) => void;
}

export function ProblemStep({ now, onChange, onStarted }: Props) {
  const words = useWords(intakeWords).wizard;
  const client = useQueryClient();
  const body = checkBody(now);
  const asked = JSON.stringify(body);
  const check = useMutation({
    mutationFn: () => call("POST /uploads/{id}/check", { path: { id: now.upload.id }, body }),
    onSuccess: (answer) => {
      onChange({ checked: asked, check: (answer as { check: { id: string } }).check.id });
      client.removeQueries({ queryKey: ["intake", "check", now.upload.id] });
    },
  });
  const found = useQuery({ ...checkQuery(now.upload.id), enabled: now.checked !== null });
  const start = useMutation({
    mutationFn: () =>
      call("POST /batches", {
        body: { upload_id: now.upload.id, name: now.name.trim(), business_type: now.businessType, reason: now.reason.trim(), ...body, on_duplicate: now.onDuplicate, choices: (now.choices ?? []).map((choice) => ({ ...choice })), check: now.check },
      }),
    onSuccess: (batch) => {
      void client.invalidateQueries({ queryKey: ["intake"] });
      onStarted(batch.id);
    },
  });
  const check_ = check.mutate;
  useEffect(() => {
    if (now.checked === null) check_();
  }, [now.checked, check_]);
  const stale = now.checked !== asked;
  const result = found.data;
  const overtaken = result !== undefined && !isOwn(now, result);
  const done = result?.state === "done" && !overtaken;
  if (check.error) return <ErrorState thrown={check.error} onRetry={() => check.mutate()} />;
  if (result?.state === "failed" && !overtaken) return <ErrorState thrown={new ApiProblem({ status: 422, code: "check_failed", detail: result.why })} onRetry={() => check.mutate()} />;
  if (found.error) return <ErrorState thrown={found.error} onRetry={() => check.mutate()} />;
  return (
    <>
      {overtaken && !check.isPending ? <Alert type="warning" showIcon title={words.overtaken} /> : !result || check.isPending ? <Bones lines={5} /> : result.state === "running" ? <Running check={result} /> : (
        <>
          <Kinds now={now} check={result} onChange={onChange} />
          {done && !stale && alikeIn(result) > 0 && <DuplicateRows now={now} all={alikeIn(result)} onChange={onChange} />}
        </>
      )}
      {start.error && <ErrorState thrown={start.error} />}
      <div className="row">
        <Button onClick={() => onChange({ step: 1, checked: null })}>{words.back}</Button>
        <span className="grow" />
        {stale && done && <span className="due small">{words.recheckHint}</span>}
        {(overtaken || (stale && done)) && <Button loading={check.isPending} onClick={() => check.mutate()}>{words.recheck}</Button>}
        <Button type="primary" disabled={!done || stale} loading={start.isPending} onClick={() => start.mutate()}>{words.start}</Button>
      </div>
    </>
  );
}

/** How many rows repeat an earlier one or look like a known customer. */
const alikeIn = ({ duplicates }: UploadCheck) => (duplicates?.in_file ?? 0) + (duplicates?.in_database ?? 0);

function Running({ check }: { check: UploadCheck }) {
  const words = useWords(intakeWords).wizard;
  const { language } = usePreferences();
  return (
    <section className="panel" role="status">
      <h3>{words.checking}</h3>
      <Progress percent={Math.min(99, Math.floor((100 * (check.rows_done ?? 0)) / Math.max(check.rows_total ?? 0, 1)))} />
      <p className="quiet">{words.checked(countText(check.rows_done ?? 0, language), countText(check.rows_total ?? 0, language))}</p>
    </section>
  );
}

function Kinds({ now, check, onChange }: { now: Draft; check: UploadCheck; onChange: Props["onChange"] }) {
  const words = useWords(intakeWords).wizard;
  const { language } = usePreferences();
  const [open, setOpen] = useState<ProblemKind | null>(null);
  const sum = (severity: string) => problemSum(check.problems_by_kind, severity);
  const twice = check.duplicates ?? { in_file: 0, in_database: 0 };
  const fixOf = (kind: ProblemKind) => now.fixes.find((fix) => fix.code === kind.code && fix.heading === (kind.column || undefined))?.deed ?? "";
  return (
    <>
      <Alert type={sum("error") > 0 ? "warning" : "success"} showIcon title={check.problems_by_kind.length === 0 ? words.clean : words.summary(countText(sum("error"), language), countText(sum("warning"), language))} description={sum("error") > 0 ? words.errorsStay : undefined} />
      {check.problems_by_kind.length > 0 && (
        <div className="sheet">
          <table>
            <thead><tr><th>{words.kind}</th><th>{words.column}</th><th className="figure">{words.count}</th><th style={{ width: 260 }}>{words.act}</th></tr></thead>
            <tbody>
              {check.problems_by_kind.map((kind) => (
                <tr key={`${kind.code}${kind.column}`} className={open === kind ? "opened" : ""}>
                  <td className="wraps"><button type="button" className={`plain ${kind.severity === "error" ? "risk" : "due"}`} aria-expanded={open === kind} onClick={() => setOpen(open === kind ? null : kind)}>{open === kind ? "▾" : "▸"} {kind.title}</button></td>
                  <td>{kind.column}</td>
                  <td className="figure">{countText(kind.count, language)}</td>
                  <td>
                    <Select
                      size="small" style={{ width: "100%" }} value={fixOf(kind)} aria-label={`${words.act} ${kind.title}`}
                      options={[{ value: "", label: words.keepAll }, { value: "take_suggestion", label: words.fixAll }, { value: "drop_cell", label: words.emptyAll }, { value: "skip_row", label: words.skipAll }, ...(kind.severity === "error" ? [] : [{ value: "accept", label: words.acceptAll }])]}
                      onChange={(act) => onChange({ fixes: withFix(now.fixes, kind, (act || null) as FixDeed | null) })}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {open && <CellProblems key={`${open.code}${open.column}`} upload={now.upload.id} kind={open} edits={now.edits} onEdit={(edit) => onChange({ edits: withEdit(now.edits, edit) })} />}
      {twice.in_file + twice.in_database > 0 && (
        <section className="panel">
          <h3>{words.onDuplicate}</h3>
          <p style={{ marginBottom: 8 }}>{words.duplicates(countText(twice.in_file, language), countText(twice.in_database, language))}</p>
          <Radio.Group className="choice" value={now.onDuplicate} onChange={(event) => onChange({ onDuplicate: event.target.value as Draft["onDuplicate"] })}>
            {(["merge", "keep", "skip"] as const).map((choice) => <Radio key={choice} value={choice}>{words.duplicateChoices[choice]} <span className="quiet small">{words.duplicateHints[choice]}</span></Radio>)}
          </Radio.Group>
        </section>
      )}
    </>
  );
}
