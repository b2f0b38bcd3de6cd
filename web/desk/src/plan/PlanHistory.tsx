/** The versions of a plan with who and why; any of them can be read. */
import { useQuery } from "@tanstack/react-query";
import { Button, Modal, Segmented } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import type { PlanPage } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { Ago, dayText } from "../parts/Day";
import { Shown } from "../parts/states";
import { planWords } from "../words/plan";
import { DiffText } from "./DiffText";

export const versionQuery = (plan: string, version: number) => ({
  queryKey: ["plan", "version", plan, version],
  queryFn: () => call("GET /plans/{id}/versions/{n}", { path: { id: plan, n: version } }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The version in force today; none before the first. */
export function versionInForce(plan: PlanPage): PlanPage["versions"][number] | null {
  return plan.versions.find((one) => one.state === "in_force") ?? null;
}

const TONES: Readonly<Record<string, string>> = { in_force: "done", waiting: "due" };

export function PlanHistory({ plan, now }: { plan: PlanPage; now: string }) {
  const words = useWords(planWords);
  const { language } = usePreferences();
  const [shown, show] = useState<number | null>(null);
  const thisYear = new Date().getFullYear();
  return (
    <section>
      <h2>{words.history}</h2>
      {plan.versions.map((one) => (
        <div key={one.version} className="plan-version">
          <span>{words.historyRow(one.version, one.by?.name ?? words.fromPlaybook)} · <Ago at={one.at} />{one.state !== "past" && <> <span className={`badge ${TONES[one.state] ?? ""}`}>{wordFor(words.versionStates, one.state)}</span></>}</span>
          <Button size="small" type="link" onClick={() => show(one.version)}>{words.show}</Button>
          <div className="quiet small">{one.state === "waiting" && <>{words.fromDay(dayText(one.from, language, thisYear, "plain"))} · </>}{(one.by || !one.reason.startsWith("playbook ")) && one.reason}</div>
        </div>
      ))}
      {shown !== null && <Version plan={plan.id} version={shown} now={now} onClose={() => show(null)} />}
    </section>
  );
}

function Version({ plan, version, now, onClose }: { plan: string; version: number; now: string; onClose: () => void }) {
  const words = useWords(planWords);
  const text = useQuery(versionQuery(plan, version));
  const [look, setLook] = useState<"text" | "compare">("text");
  return (
    <Modal open footer={null} width={760} title={`${words.version} ${version}`} onCancel={onClose}>
      <Segmented<"text" | "compare"> value={look} onChange={setLook} style={{ marginBottom: 12 }} options={[{ value: "text", label: words.text }, { value: "compare", label: words.compare }]} />
      <Shown of={text}>
        {(data) => (look === "text" ? <pre className="plan-text mono" style={{ maxHeight: 520 }}>{data.text}</pre> : <DiffText before={data.text} after={now} label={words.comparedTo(version)} />)}
      </Shown>
    </Modal>
  );
}
