/** The versions of a plan with who and why; any of them can be read. */
import { useQuery } from "@tanstack/react-query";
import { Button, Modal, Segmented } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import type { PlanPage } from "../frame/shapes";
import { useWords } from "../frame/words";
import { Ago } from "../parts/Day";
import { Shown } from "../parts/states";
import { planWords } from "../words/plan";
import { DiffText } from "./DiffText";

export const versionQuery = (plan: string, version: number) => ({
  queryKey: ["plan", "version", plan, version],
  queryFn: () => call("GET /plans/{id}/versions/{n}", { path: { id: plan, n: version } }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The version published last; none before the first. */
export function latestVersion(plan: PlanPage): PlanPage["versions"][number] | null {
  return plan.versions.reduce<PlanPage["versions"][number] | null>((a, b) => (a && a.version > b.version ? a : b), null);
}

export function PlanHistory({ plan, now }: { plan: PlanPage; now: string }) {
  const words = useWords(planWords);
  const [shown, show] = useState<number | null>(null);
  return (
    <section>
      <h2>{words.history}</h2>
      {plan.versions.map((one) => (
        <div key={one.version} className="plan-version">
          <span>{words.historyRow(one.version, one.by?.name ?? words.fromPlaybook)} · <Ago at={one.at} /></span>
          <Button size="small" type="link" onClick={() => show(one.version)}>{words.show}</Button>
          <div className="quiet small">{one.reason}</div>
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
