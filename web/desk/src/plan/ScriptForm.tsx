/** A script as it is written: its parts and questions, checked while one types. */
import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { factsQuery } from "../customer/queries";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { Overtaken } from "../parts/Overtaken";
import { shutBy } from "../parts/shutBy";
import { useUnchanged } from "../parts/unchanged";
import { useSeen } from "../parts/useSeen";
import { partsWords } from "../words/parts";
import { textWords } from "../words/text";
import { blank, bothSaid, BothWordsField, RemoveButton, replaced, useProblems, useTextAct, type WordingProblem, without } from "./TextParts";
import "./texts.css";

type Script = components["schemas"]["ScriptShape"];
type Body = components["schemas"]["ScriptBody"];
type Stage = components["schemas"]["StageShape"];
type Question = components["schemas"]["QuestionShape"];

const first = (script: Script | "new"): Body => (script === "new" ? { key: "", title: blank(), stages: [{ key: "opening", title: { zh: "开场", en: "Opening" }, body: blank() }], questions: [] } : { key: script.key, title: script.title, stages: script.stages, questions: script.questions });

export function ScriptForm({ script, onClose }: { script: Script | "new"; onClose: () => void }) {
  const words = useWords(textWords);
  const common = useWords(partsWords);
  const asItWas = useUnchanged(onClose);
  const isNew = script === "new";
  const [begun] = useState<Body>(() => first(script));
  const [body, write] = useState(begun);
  const problems = useProblems(body, (asked, signal) => call("POST /scripts/check", { body: asked, signal }));
  const seen = useSeen<Script>({
    first: isNew ? undefined : script,
    list: { queryKey: ["plan", "scripts"], queryFn: () => call("GET /scripts") },
    is: (one) => !isNew && one.key === script.key,
    said: (one) => ({
      [words.title]: bothSaid(one.title),
      ...Object.fromEntries(one.stages.map((stage, at) => [words.stage(at + 1), `${bothSaid(stage.title)} · ${bothSaid(stage.body)}`])),
      ...Object.fromEntries(one.questions.map((question, at) => [words.question(at + 1), `${bothSaid(question.text)}${question.fact ? ` → ${question.fact}` : ""}`])),
    }),
  });
  const save = useTextAct(() => seen.save<unknown>((version) => (isNew ? call("POST /scripts", { body }) : call("PATCH /scripts/{key}", { path: { key: script.key }, body, version }))), words.saved, onClose);
  const questions = body.questions ?? [];
  const full = [body.title, ...body.stages.flatMap((stage) => [stage.title, stage.body]), ...questions.map((one) => one.text)];
  const ready = /^[a-z0-9_]{1,60}$/.test(body.key) && problems.length === 0 && full.every((one) => one.zh.trim() && one.en.trim()) && body.stages.every((stage) => stage.key.trim());
  return (
    <Modal open width={900} title={isNew ? words.addScript : <span className="mono">{body.key}</span>} okText={common.save} cancelText={common.cancel} okButtonProps={{ disabled: !ready }} confirmLoading={save.isPending} {...shutBy(body === begun ? "untouched" : "written", "stays")} onOk={() => (body === begun && !isNew ? asItWas() : save.mutate(undefined))} onCancel={onClose}>
      <Overtaken by={seen.theirs} />
      {isNew && <Form layout="vertical" requiredMark={false}><Form.Item label={words.key} extra={words.keyHint} htmlFor="text-key"><Input id="text-key" autoFocus className="mono" autoComplete="off" value={body.key} onChange={(event) => write({ ...body, key: event.target.value.toLowerCase() })} /></Form.Item></Form>}
      <BothWordsField long={false} label={words.title} place="title" value={body.title} problems={problems} onChange={(title) => write({ ...body, title })} />
      <p className="quiet small">{words.placeholders}</p>
      {body.stages.map((stage, at) => (
        <StageField key={at} at={at} stage={stage} problems={problems} onChange={(value) => write({ ...body, stages: replaced(body.stages, at, value) })} onRemove={body.stages.length > 1 ? () => write({ ...body, stages: without(body.stages, at) }) : undefined} />
      ))}
      {body.stages.length < 20 && <Button size="small" icon={<PlusOutlined />} onClick={() => write({ ...body, stages: [...body.stages, { key: "", title: blank(), body: blank() }] })}>{words.addStage}</Button>}
      <h3 style={{ marginTop: 16 }}>{words.questions}</h3>
      {questions.map((question, at) => (
        <QuestionField key={at} at={at} question={question} problems={problems} onChange={(value) => write({ ...body, questions: replaced(questions, at, value) })} onRemove={() => write({ ...body, questions: without(questions, at) })} />
      ))}
      {questions.length < 30 && <Button size="small" icon={<PlusOutlined />} onClick={() => write({ ...body, questions: [...questions, { text: blank(), fact: null }] })}>{words.addQuestion}</Button>}
    </Modal>
  );
}

interface StageProps {
  readonly at: number;
  readonly stage: Stage;
  readonly problems: readonly WordingProblem[];
  readonly onChange: (stage: Stage) => void;
  readonly onRemove?: () => void;
}

function StageField({ at, stage, problems, onChange, onRemove }: StageProps) {
  const words = useWords(textWords);
  return (
    <fieldset className="text-part">
      <legend>{words.stage(at + 1)}</legend>
      <div className="grow">
        <AutoComplete aria-label={`${words.stage(at + 1)} · ${words.stageKey}`} style={{ width: 240, marginBottom: 6 }} value={stage.key} placeholder={words.stageKey} options={Object.entries(words.stages).map(([value, label]) => ({ value, label: `${label} · ${value}` }))} onChange={(key: string) => onChange({ ...stage, key })} />
        <BothWordsField long={false} label={words.stageTitle} place={`stages.${at}.title`} value={stage.title} problems={problems} onChange={(title) => onChange({ ...stage, title })} />
        <BothWordsField label={words.stageBody} place={`stages.${at}.body`} value={stage.body} problems={problems} onChange={(body) => onChange({ ...stage, body })} />
      </div>
      {onRemove && <RemoveButton label={words.removeStage(at + 1)} onClick={onRemove} />}
    </fieldset>
  );
}

interface QuestionProps {
  readonly at: number;
  readonly question: Question;
  readonly problems: readonly WordingProblem[];
  readonly onChange: (question: Question) => void;
  readonly onRemove: () => void;
}

function QuestionField({ at, question, problems, onChange, onRemove }: QuestionProps) {
  const words = useWords(textWords);
  const zh = usePreferences().language === "zh";
  const facts = useQuery(factsQuery);
  const options = (facts.data ?? []).map((fact) => ({ value: fact.key, label: zh ? fact.title_zh : fact.title_en }));
  return (
    <fieldset className="text-part">
      <legend>{words.question(at + 1)}</legend>
      <div className="grow">
        <BothWordsField long={false} label={words.question(at + 1)} place={`questions.${at}.text`} value={question.text} problems={problems} onChange={(text) => onChange({ ...question, text })} />
        <label className="quiet small">{words.fact} <Select size="small" allowClear showSearch={{ optionFilterProp: "label" }} style={{ width: 220 }} placeholder={words.noFact} value={question.fact ?? undefined} options={options} onChange={(fact?: string) => onChange({ ...question, fact: fact ?? null })} /></label>
      </div>
      <RemoveButton label={words.removeQuestion(at + 1)} onClick={onRemove} />
    </fieldset>
  );
}
