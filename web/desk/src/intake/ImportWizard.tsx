/** Batch in: file → columns → problems → result, on one page; going back never loses anything (DESK.md 4). */
import { Button, Steps } from "antd";
import { useNavigate } from "@tanstack/react-router";
import { useTabTitle } from "../frame/tabs";
import { useWords } from "../frame/words";
import { useUndo } from "../parts/UndoToast";
import { intakeWords } from "../words/intake";
import { ColumnStep } from "./ColumnStep";
import { draft, type Draft } from "./draft";
import { FileStep } from "./FileStep";
import { ProblemStep } from "./ProblemStep";
import "./intake.css";

export function ImportWizard() {
  const words = useWords(intakeWords).wizard;
  const navigate = useNavigate();
  const now = draft.use();
  const offerUndo = useUndo();
  useTabTitle({ zh: intakeWords.zh.wizard.title, en: intakeWords.en.wizard.title });
  const change = (next: Partial<Draft>) => draft.change((before) => (before ? { ...before, ...next } : before));
  const drop = (before: Draft) => {
    draft.change(() => null);
    // What was begun since is newer and stays.
    offerUndo(words.dropped(before.fileName), () => draft.change((since) => since ?? before));
  };
  const step = now?.step ?? 0;
  return (
    <div className="page">
      <div className="page-head">
        <h1>{words.title}</h1>
        {now && <span className="quiet">{now.fileName}</span>}
        {now && <Button type="text" onClick={() => drop(now)}>{words.cancel}</Button>}
      </div>
      <Steps
        size="small" current={step} items={words.steps.map((title, i) => ({ title, disabled: !now || i === 3 || i > step }))}
        onChange={(to) => now && to <= step && change({ step: to as Draft["step"] })}
      />
      {(!now || step === 0) && <FileStep now={now} onNext={() => change({ step: 1 })} />}
      {now && step === 1 && <ColumnStep now={now} onChange={change} onNext={() => change({ step: 2 })} />}
      {now && step === 2 && <ProblemStep now={now} onChange={change} onStarted={(id) => { draft.change(() => null); void navigate({ to: `/batches/${id}` }); }} />}
    </div>
  );
}
