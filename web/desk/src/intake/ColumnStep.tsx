/** The columns: theirs → ours, with samples and how sure we are; reason and business type of the batch. */
import { Alert, Button, Input, Segmented, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useWords, wordFor } from "../frame/words";
import type { MappedColumn } from "../frame/shapes";
import { intakeWords } from "../words/intake";
import { codesQuery } from "../work/codes";
import type { Draft } from "./draft";

const NEW_FACT = "fact:";

interface Props {
  readonly now: Draft;
  readonly onChange: (next: Partial<Draft>) => void;
  readonly onNext: () => void;
}

export function ColumnStep({ now, onChange, onNext }: Props) {
  const words = useWords(intakeWords).wizard;
  const ready = Boolean(now.name.trim() && now.businessType && now.reason.trim());
  const set = (at: number, next: Partial<MappedColumn>) => onChange({ mapping: { ...now.mapping, columns: now.mapping.columns.map((column, i) => (i === at ? { ...column, ...next } : column)) } });
  return (
    <>
      <BatchFields now={now} onChange={onChange} />
      {now.upload.remembered_mapping && <Alert type="info" showIcon title={words.remembered} />}
      <div className="sheet tall">
        <table>
          <thead><tr><th>{words.theirs}</th><th>{words.samples}</th><th style={{ width: 240 }}>{words.ours}</th><th style={{ width: 130 }}>{words.factType}</th><th>{words.confidence}</th><th>{words.why}</th></tr></thead>
          <tbody>{now.mapping.columns.map((column, i) => <ColumnRow key={`${i}${column.heading}`} column={column} place={i + 1} targets={now.upload.targets} onSet={(next) => set(i, next)} />)}</tbody>
        </table>
      </div>
      <div className="row">
        <Button onClick={() => onChange({ step: 0 })}>{words.back}</Button>
        <span className="grow" />
        {!ready && <span className="due small">{words.needName}</span>}
        <Button type="primary" disabled={!ready} onClick={onNext}>{words.next}</Button>
      </div>
    </>
  );
}

function BatchFields({ now, onChange }: Omit<Props, "onNext">) {
  const words = useWords(intakeWords);
  const codes = useQuery(codesQuery);
  // A business type chooses the result codes, so those with codes of their own come first.
  const types = [...new Set([...Object.keys(codes.data ?? {}).filter(Boolean), "other", now.businessType])];
  return (
    <section className="panel batch-fields">
      <label>{words.wizard.as}<Segmented<Draft["as"]> value={now.as} onChange={(as) => onChange({ as, said: { ...now.said, as } })} options={[{ value: "customers", label: words.wizard.asCustomers }, { value: "orders", label: words.wizard.asOrders }]} /></label>
      <label>{words.wizard.name}<Input value={now.name} maxLength={80} onChange={(event) => onChange({ name: event.target.value })} /></label>
      <label>{words.wizard.type}<Select value={now.businessType} onChange={(businessType) => onChange({ businessType })} options={types.map((value) => ({ value, label: wordFor(words.businessTypes, value) }))} /></label>
      <label className="wide">{words.wizard.reason}<Input value={now.reason} maxLength={80} placeholder={words.wizard.reasonHint} status={now.reason.trim() ? undefined : "warning"} onChange={(event) => onChange({ reason: event.target.value })} /></label>
    </section>
  );
}

function ColumnRow({ column, place, targets, onSet }: { column: MappedColumn; place: number; targets: Draft["upload"]["targets"]; onSet: (next: Partial<MappedColumn>) => void }) {
  const { wizard: words, fields } = useWords(intakeWords);
  const known = targets.some((target) => target.key === column.target);
  const isNew = !known && column.target.startsWith(NEW_FACT);
  const newTarget = isNew ? column.target : `${NEW_FACT}${keyOf(column.heading, place)}`;
  const sure = column.confidence >= 0.9 ? "sure" : column.confidence >= 0.6 ? "likely" : "unsure";
  return (
    <tr className={column.target === "ignore" ? "ignored" : ""}>
      <th scope="row">{column.heading}</th>
      <td className="quiet">{column.samples.slice(0, 3).join(" · ")}</td>
      <td>
        <Select
          size="small" popupMatchSelectWidth={false} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} value={column.target} aria-label={`${words.ours} ${column.heading}`}
          options={[...targets.map((target) => ({ value: target.key, label: fields[target.key] ?? target.title })), { value: newTarget, label: `＋ ${words.keepNew}` }, ...(targets.some((t) => t.key === "ignore") ? [] : [{ value: "ignore", label: words.ignore }])]}
          onChange={(target: string) => onSet({ target, confidence: 1, why: null, fact_type: target === newTarget ? (column.fact_type ?? "string") : null })}
        />
      </td>
      <td>{isNew && <Select size="small" style={{ width: "100%" }} value={column.fact_type ?? "string"} aria-label={`${words.factType} ${column.heading}`} options={Object.entries(words.factTypes).map(([value, label]) => ({ value, label }))} onChange={(fact_type: string) => onSet({ fact_type })} />}</td>
      <td><span className={sure === "unsure" ? "due" : sure === "sure" ? "done" : "quiet"}>{words[sure]}</span></td>
      <td className="quiet small">{column.why}</td>
    </tr>
  );
}

/** A key for a new fact out of a heading: `[a-z][a-z0-9_]*`; a heading without Latin letters goes by its place. */
export function keyOf(heading: string, place: number): string {
  const key = heading.trim().toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^[_0-9]+|_+$/g, "").slice(0, 60);
  return key || `column_${place}`;
}
