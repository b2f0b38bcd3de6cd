/** The condition of a plan as rows in groups; what has no row is shown as it is written. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import type { Branch } from "../../frame/shapes";
import { useWords } from "../../frame/words";
import { planFormWords } from "../../words/planForm";
import { ConditionRow } from "./ConditionRow";
import { cut, denied, freshRow, type Group, type Known, withBeside, withJoin, without, withRow } from "./condition";
import { Here, useWriting, type Writing } from "./writing";

export function Conditions({ who, ...writing }: Writing & { who: Branch }) {
  const words = useWords(planFormWords);
  const { source, known, onWrite } = writing;
  return (
    <Here value={writing}>
      <div className="plan-conditions">
        <Part branch={who} join={who.what.kind === "group" ? null : "all"} />
        {who.what.kind !== "group" && <Button size="small" icon={<PlusOutlined />} onClick={() => onWrite(withRow(source, who, usualRow(known)))}>{words.addRow}</Button>}
      </div>
    </Here>
  );
}

/** The condition with which a row begins: on the first fact that has few values. */
function usualRow(known: Known): string {
  const facts = [...known.facts];
  const [left] = facts.find(([, fact]) => fact.choices.length > 0 && fact.kind === "string") ?? facts[0] ?? ["tier"];
  return freshRow(left, known);
}

interface PartProps {
  readonly branch: Branch;
  /** How the group around it is joined; none for the whole condition where it is a group itself. */
  readonly join: Group["join"] | null;
  readonly onRemove?: () => void;
}

function Part({ branch, join, onRemove }: PartProps) {
  const words = useWords(planFormWords);
  const { source, known, onWrite } = useWriting();
  const { what } = branch;
  if (what.kind === "group") return <Parts branch={branch} group={what} onRemove={onRemove} />;
  if (what.kind === "text") {
    return (
      <div className="plan-condition plan-as-text" role="group" aria-label={words.asText} title={words.asTextHint}>
        <code>{cut(source, branch.at)}</code>
        <span className="quiet small">{words.asTextHint}</span>
      </div>
    );
  }
  const beside = join === "any" ? words.addAll : words.addAny;
  return (
    <div className="plan-condition" role="group" aria-label={cut(source, branch.at)}>
      <ConditionRow branch={branch} />
      <span className="plan-condition-acts">
        {join && <Button size="small" type="text" onClick={() => onWrite(withBeside(source, branch, join, usualRow(known)))}>{beside}</Button>}
        {onRemove && <Button size="small" type="text" icon={<CloseOutlined />} aria-label={words.remove} title={words.remove} onClick={onRemove} />}
      </span>
    </div>
  );
}

function Parts({ branch, group, onRemove }: { branch: Branch; group: Group; onRemove?: () => void }) {
  const words = useWords(planFormWords);
  const { source, known, onWrite } = useWriting();
  return (
    <div className="plan-group" role="group" aria-label={words.group}>
      <div className="row">
        {branch.denied === "yes" && <Button size="small" aria-pressed title={words.notHint} onClick={() => onWrite(denied(source, branch))}>{words.not}</Button>}
        <Segmented<Group["join"]> size="small" aria-label={words.group} value={group.join} options={[{ value: "all", label: words.all }, { value: "any", label: words.any }]} onChange={(join) => onWrite(withJoin(source, group, join))} />
        <span className="grow" />
        {onRemove && <Button size="small" type="text" icon={<CloseOutlined />} aria-label={words.remove} title={words.remove} onClick={onRemove} />}
      </div>
      {group.parts.map((part, at) => <Part key={at} branch={part} join={group.join} onRemove={() => onWrite(without(source, group, at))} />)}
      {branch.denied === "no" && <Button size="small" icon={<PlusOutlined />} onClick={() => onWrite(withRow(source, branch, usualRow(known)))}>{words.addRow}</Button>}
    </div>
  );
}
