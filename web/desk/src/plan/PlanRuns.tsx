/** The daily plan of any day: tried without writing, or run, from head office. Running twice changes nothing. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Statistic, Table } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { DayField } from "../parts/DayField";
import { useRulesFirm } from "../parts/HeadOffice";
import { ErrorState } from "../parts/states";
import { planWords } from "../words/plan";
import { Nights } from "./Nights";

const COUNTS = ["customers", "plans", "eligible", "touches", "new", "deferred"] as const;

export function PlanRuns() {
  const words = useWords(planWords);
  const today = useMe().today;
  const may = useRulesFirm("plans.edit");
  const { message } = App.useApp();
  const client = useQueryClient();
  const [day, setDay] = useState(today);
  const run = useMutation({
    mutationFn: (dry_run: boolean) => call("POST /plan-runs", { body: { day, dry_run } }),
    onSuccess: (_, dry) => {
      void message.success(dry ? words.dryDone : words.runDone);
      if (dry) return;
      void client.invalidateQueries({ queryKey: ["work"] });
      void client.invalidateQueries({ queryKey: ["plan", "nights"] });
    },
  });
  const withheld = Object.entries(run.data?.withheld ?? {}).map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
  return (
    <>
      {may && (
        <div className="page-acts">
          <span className="row">{words.day} <DayField label={words.day} width={140} value={day} onChange={setDay} /></span>
          <Button type="primary" loading={run.isPending && run.variables} onClick={() => run.mutate(true)}>{words.dryRun}</Button>
          <Button loading={run.isPending && !run.variables} onClick={() => run.mutate(false)}>{words.run}</Button>
        </div>
      )}
      {run.error && <ErrorState thrown={run.error} />}
      {run.data && (
        <>
          <div className="plan-counts">{COUNTS.map((key) => <Statistic key={key} title={wordFor(words.counts, key)} value={run.data[key]} />)}</div>
          <Table rowKey="reason" size="small" pagination={false} dataSource={withheld} style={{ maxWidth: 520 }} columns={[{ title: words.withheld, dataIndex: "reason", render: (reason: string) => wordFor(words.rehearsal.reasons, reason) }, { title: words.withheldCount, dataIndex: "count", align: "right", render: (n: number) => n.toLocaleString("en-US") }]} />
        </>
      )}
      <Nights />
    </>
  );
}
