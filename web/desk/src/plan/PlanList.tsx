/** Every plan in order of priority, found by name, key or playbook; one of the firm's own is begun here. */
import { CopyOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input, Select, Table } from "antd";
import { useMemo, useState } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import type { PlanRow } from "../frame/shapes";
import { useWide } from "../frame/useWide";
import { inLanguage, useWords, wordFor } from "../frame/words";
import { dayText } from "../parts/Day";
import { useRulesFirm } from "../parts/HeadOffice";
import { later } from "../parts/later";
import { EmptyState, Shown } from "../parts/states";
import { intakeWords } from "../words/intake";
import { partsWords } from "../words/parts";
import { planWords } from "../words/plan";

const NewPlan = later(() => import("./NewPlan").then((all) => all.NewPlan));

const TONES: Readonly<Record<string, string>> = { published: "done", paused: "due", waiting: "due", draft: "" };

export function PlanState({ of }: { of: string }) {
  const words = useWords(planWords);
  return <span className={`badge ${TONES[of] ?? ""}`}>{wordFor(words.states, of)}</span>;
}

export function PlanList() {
  const words = useWords(planWords);
  const { language } = usePreferences();
  const plans = useQuery({ queryKey: ["plan", "list"], queryFn: () => call("GET /plans") });
  const [q, setQ] = useState("");
  const [playbook, setPlaybook] = useState<string>();
  const [begun, begin] = useState<PlanRow | "fresh" | null>(null);
  // On a phone plans are read.
  const room = useWide();
  const may = useRulesFirm("plans.edit") && room === "wide";
  const add = may && <Button type="primary" icon={<PlusOutlined />} onClick={() => begin("fresh")}>{words.begin.do}</Button>;
  const all = plans.data?.items;
  const rows = useMemo(() => {
    const needle = q.trim().toLowerCase();
    return (all ?? []).filter((plan) => (!playbook || plan.playbook === playbook) && `${plan.key} ${inLanguage(language, plan.title)}`.toLowerCase().includes(needle));
  }, [all, q, playbook, language]);
  const playbooks = [...new Set((all ?? []).map((plan) => plan.playbook).filter(Boolean))];
  return (
    <>
      <Shown of={plans}>
        {({ items }) =>
          items.length === 0 ? <EmptyState title={words.empty} next={words.emptyNext} act={add} /> : (
            <>
              <div className="page-acts">
                <Input.Search allowClear placeholder={words.find} aria-label={words.find} style={{ width: 260 }} onChange={(event) => setQ(event.target.value)} />
                <Select allowClear placeholder={words.allPlaybooks} aria-label={words.playbooks} style={{ width: 180 }} value={playbook} onChange={setPlaybook} options={playbooks.map((key) => ({ value: key, label: wordFor(words.playbookNames, key) }))} />
                {add}
              </div>
              <PlanTable rows={rows} onCopy={may ? begin : undefined} />
            </>
          )
        }
      </Shown>
      {begun && <NewPlan of={begun} onClose={() => begin(null)} />}
    </>
  );
}

function PlanTable({ rows, onCopy }: { rows: readonly PlanRow[]; onCopy?: (plan: PlanRow) => void }) {
  const words = useWords(planWords);
  const business = useWords(intakeWords);
  const common = useWords(partsWords);
  const { language } = usePreferences();
  return (
    <Table<PlanRow>
      rowKey="id"
      size="small"
      pagination={false}
      sticky
      dataSource={[...rows]}
      columns={[
        { title: words.name, key: "name", render: (_, plan) => <><Link className="beside" to={`/plans/${plan.id}` as never}>{inLanguage(language, plan.title)}</Link> <span className="quiet small mono">{plan.key}</span></> },
        { title: words.state, dataIndex: "state", width: 100, render: (state: string, plan) => <><PlanState of={state} />{plan.waiting && state !== "waiting" && <div className="quiet small">{words.fromDay(dayText(plan.waiting.from, language, new Date().getFullYear(), "plain"))}</div>}</> },
        { title: words.priority, dataIndex: "priority", width: 90, align: "right", sorter: (a, b) => a.priority - b.priority, defaultSortOrder: "descend" },
        { title: words.channels, dataIndex: "channels", width: 180, render: (list: string[]) => list.map((one) => wordFor(common.channels, one)).join(" ▸ ") },
        { title: words.business, key: "business", width: 130, render: (_, plan) => wordFor(business.businessTypes, plan.business_type) },
        { title: words.dueToday, dataIndex: "due_today", width: 100, align: "right", sorter: (a, b) => (a.due_today ?? 0) - (b.due_today ?? 0) },
        { title: words.version, dataIndex: "version", width: 70, align: "right" },
        ...(onCopy ? [{ key: "act", width: 52, render: (_: unknown, plan: PlanRow) => <Button type="text" size="small" icon={<CopyOutlined />} title={words.begin.copy} aria-label={words.begin.copyOf(inLanguage(language, plan.title))} onClick={() => onCopy(plan)} /> }] : []),
      ]}
    />
  );
}
