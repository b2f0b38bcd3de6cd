/** The steps of a trace in their order: how each stands, why it is not shown, and two clicks to supply what it lacks. */
import { CheckCircleFilled, ClockCircleOutlined, MinusCircleOutlined, WarningFilled } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useKeys } from "../frame/keys";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { Ago } from "../parts/Day";
import { traceWords } from "../words/trace";
import type { TracePage, TraceStep } from "./queries";
import { SupplyForm } from "./SupplyForm";

export function StepList({ trace }: { trace: TracePage }) {
  const words = useWords(traceWords);
  const may = useMe().permissions;
  const open = trace.state === "open" && may.includes("traces.run");
  const firstGap = trace.steps.find((step) => step.state === "gap")?.key ?? null;
  const [picked, pick] = useState<string | null>(firstGap);
  const [supplying, supply] = useState<string | null>(null);
  const move = (by: number) => {
    const at = trace.steps.findIndex((step) => step.key === picked);
    const next = trace.steps[Math.min(Math.max(at + by, 0), trace.steps.length - 1)];
    if (!next) return;
    pick(next.key);
    document.getElementById(`step-${next.key}`)?.scrollIntoView({ block: "nearest" });
  };
  useKeys([
    { key: "J", does: words.keys.next, run: () => move(1), quiet: "quiet" },
    { key: "K", does: words.keys.previous, run: () => move(-1), quiet: "quiet" },
    ...(open ? [{ key: "S", does: words.keys.supply, run: () => picked && supply(picked) }] : []),
  ]);
  const step = trace.steps.find((one) => one.key === supplying);
  return (
    <>
      <ol className="trace-list">
        {trace.steps.map((one) => (
          <li key={one.key} id={`step-${one.key}`} className={`trace-step ${one.state} ${one.key === picked ? "chosen" : ""}`}>
            <Sign step={one} />
            <div>
              <div className="row">
                <strong>{one.title}</strong>
                <span className="grow" />
                {open && one.state !== "open" && (
                  <Button size="small" type={one.state === "gap" ? "primary" : "default"} aria-label={`${one.state === "met" ? words.step.other : words.step.show}: ${one.title}`} onClick={() => { pick(one.key); supply(one.key); }}>
                    {one.state === "met" ? words.step.other : words.step.show}
                  </Button>
                )}
                {open && one.state === "open" && <Button size="small" type="text" aria-label={`${words.step.show}: ${one.title}`} onClick={() => { pick(one.key); supply(one.key); }}>{words.step.show}</Button>}
              </div>
              <Detail step={one} />
            </div>
          </li>
        ))}
      </ol>
      {/* What was supplied for one step and is answered late shuts no form of another. */}
      {step && <SupplyForm key={step.key} trace={trace} step={step} onClose={() => supply((now) => (now === step.key ? null : now))} />}
    </>
  );
}

function Sign({ step }: { step: TraceStep }) {
  const words = useWords(traceWords).step;
  const word = wordFor({ met: words.met, gap: words.gap, open: words.open }, step.state);
  const Icon = step.overdue ? WarningFilled : step.state === "met" ? CheckCircleFilled : step.state === "gap" ? ClockCircleOutlined : MinusCircleOutlined;
  return <span className="trace-sign" role="img" aria-label={word} title={word}><Icon /></span>;
}

function Detail({ step }: { step: TraceStep }) {
  const words = useWords(traceWords);
  if (step.state === "met") return <p className="quiet small">{words.step.met} · <Ago at={step.met_at} /></p>;
  const kinds = [...new Set(step.accepts.map((accept) => wordFor(words.kinds, accept.kind)))].join(` ${words.step.or} `);
  return (
    <>
      {step.help && <p className="quiet small">{step.help}</p>}
      <p className="small">
        {step.state === "open" ? <span className="quiet">{words.step.open}</span> : <span className={step.overdue ? "risk" : "due"}>{step.because}</span>}
        <span className="quiet"> · {kinds}</span>
        {step.by && step.state === "gap" && <span className={step.overdue ? "risk" : "quiet"}> · {step.overdue ? words.step.late : words.step.until} <Ago at={step.by} /></span>}
      </p>
      {step.phrases.length > 0 && <p className="quiet small">{words.step.phrases}: {step.phrases.map((one) => one.replaceAll("|", ` ${words.step.or} `)).join("; ")}</p>}
    </>
  );
}
