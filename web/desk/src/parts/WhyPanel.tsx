/** Every plan on a day with the first condition that decided, the budget left, and when it would be due. */
import { Segmented } from "antd";
import { useState } from "react";
import type { WhyAnswer, WhyPage } from "../frame/shapes";
import { usePreferences } from "../frame/preferences";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";
import { dayText, dayOf } from "./Day";
import { foldedPlans } from "./foldedPlans";
import "./parts.css";

type Decided = "due" | "withheld" | "not_due";
type Part = "all" | Decided;
const partOf = ({ decided }: WhyAnswer): Decided => (decided === "due" || decided === "withheld" ? decided : "not_due");
const TONES: Readonly<Record<string, string>> = { due: "done", withheld: "due", not_due: "" };

export function WhyPanel({ page }: { page: WhyPage }) {
  const words = useWords(partsWords).why;
  const day = useDayWords();
  const [part, show] = useState<Part>("all");
  const count = (of: Part) => page.answers.filter((answer) => of === "all" || partOf(answer) === of).length;
  const order = { due: 0, withheld: 1, not_due: 2 } as Record<string, number>;
  const rows = page.answers.filter((answer) => part === "all" || partOf(answer) === part).sort((a, b) => (order[a.decided] ?? 3) - (order[b.decided] ?? 3));
  const told = page.learnt_later.filter((one) => one.is_told).map((one) => one.title);
  const untold = page.learnt_later.filter((one) => !one.is_told).map((one) => one.title);
  return (
    <div>
      <p className="quiet small" style={{ marginBottom: 8 }}>
        {words.budget(page.budget.used_30d, page.budget.cap)} · {page.budget.last_contact ? words.last(day(page.budget.last_contact.length > 10 ? dayOf(new Date(page.budget.last_contact)) : page.budget.last_contact)) : words.never}
      </p>
      {page.basis === "past_facts" && <p className="quiet small">{words.noNight}</p>}
      {page.basis === "nothing" && <p className="quiet small">{words.notYet}</p>}
      {told.length > 0 && <p className="quiet small">{words.since(told)}</p>}
      {untold.length > 0 && <p className="due small">{words.uncertain(untold)}</p>}
      <Segmented<Part>
        size="small" value={part} onChange={show}
        options={[
          { value: "all", label: `${words.all} ${count("all")}` }, { value: "due", label: `${words.onlyDue} ${count("due")}` },
          { value: "withheld", label: `${words.onlyWithheld} ${count("withheld")}` }, { value: "not_due", label: `${words.onlyNot} ${count("not_due")}` },
        ]}
      />
      {rows.length === 0 && <p className="quiet" style={{ padding: 16 }}>{words.none}</p>}
      {rows.map((answer, i) => <Answer key={`${answer.plan.id}${i}`} answer={answer} day={day} />)}
    </div>
  );
}

/** The care plans behind work that a batch asked for: folded, without conditions and values. */
export function PlansBehind({ page }: { page: WhyPage }) {
  const words = useWords(partsWords).why;
  const { and } = useWords(partsWords);
  const { speak, silent } = foldedPlans(page.answers);
  return (
    <details>
      <summary className="quiet">{words.plans(speak.length + silent.length)}</summary>
      {speak.map((answer, i) => (
        <div key={`${answer.plan.id}${i}`} className="why-row">
          <div className="row wrap"><span className={`badge ${TONES[answer.decided] ?? ""}`}>{words[partOf(answer)]}</span><strong>{answer.plan.title}</strong></div>
          <div style={{ fontSize: 13 }}>{answer.because}</div>
        </div>
      ))}
      {silent.length > 0 && <p className="quiet small" style={{ paddingBlock: 8 }}>{words.not_due}: {silent.join(and)}</p>}
    </details>
  );
}

function Answer({ answer, day }: { answer: WhyAnswer; day: (day: string) => string }) {
  const words = useWords(partsWords).why;
  const values = Object.entries(answer.values ?? {});
  // A sentence that names the condition itself needs neither the condition nor the values again.
  const said = Boolean(answer.condition && answer.because.includes(answer.condition));
  return (
    <div className="why-row">
      <div className="row wrap">
        <span className={`badge ${TONES[answer.decided] ?? ""}`}>{words[partOf(answer)]}</span>
        <strong>{answer.plan.title}</strong>
        {answer.next_due && <span className="quiet small">{words.nextDue(day(answer.next_due))}</span>}
        {answer.held_by && <span className="due small">{words.heldBy(answer.held_by.title)}</span>}
      </div>
      <div style={{ fontSize: 13 }}>{answer.because}</div>
      {answer.unlike && <div className="due small">{words.unlike[answer.unlike]}</div>}
      {answer.condition && !said && <code className="mono" title={words.condition}>{answer.condition}</code>}
      {values.length > 0 && !said && <div className="quiet small">{words.values}: {values.map(([name, value]) => `${name} = ${valueText(value)}`).join(" · ")}</div>}
    </div>
  );
}

function valueText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "—";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function useDayWords(): (day: string) => string {
  const { language } = usePreferences();
  return (day) => dayText(day, language, new Date().getFullYear());
}
