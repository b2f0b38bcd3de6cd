/** The versions of a plan with who and why; any of them can be read. */
import { useQuery } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import type { PlanPage } from "../frame/shapes";
import { useWords } from "../frame/words";
import { Ago } from "../parts/Day";
import { Shown } from "../parts/states";
import { planWords } from "../words/plan";

export function PlanHistory({ plan }: { plan: PlanPage }) {
  const words = useWords(planWords);
  const [shown, show] = useState<number | null>(null);
  return (
    <section>
      <h2>{words.history}</h2>
      {plan.versions.map((one) => (
        <div key={one.version} className="plan-version">
          <span>{words.historyRow(one.version, one.by?.name ?? "")} · <Ago at={one.at} /></span>
          <Button size="small" type="link" onClick={() => show(one.version)}>{words.show}</Button>
          <div className="quiet small">{one.reason}</div>
        </div>
      ))}
      {shown !== null && <Version plan={plan.id} version={shown} onClose={() => show(null)} />}
    </section>
  );
}

function Version({ plan, version, onClose }: { plan: string; version: number; onClose: () => void }) {
  const words = useWords(planWords);
  const text = useQuery({ queryKey: ["plan", "version", plan, version], queryFn: () => call("GET /plans/{id}/versions/{n}", { path: { id: plan, n: version } }), staleTime: Number.POSITIVE_INFINITY });
  return (
    <Modal open footer={null} width={760} title={`${words.version} ${version}`} onCancel={onClose}>
      <Shown of={text}>{(data) => <pre className="plan-text mono" style={{ maxHeight: 520 }}>{data.text}</pre>}</Shown>
    </Modal>
  );
}
