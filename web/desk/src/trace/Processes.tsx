/** Settings: the processes of sales, what each demands step by step, its versions, and a new one written as text. */
import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Table, type TableColumnsType } from "antd";
import { useState } from "react";
import { useWords, wordFor } from "../frame/words";
import { HeadOfficeOnly, useRulesFirm } from "../parts/HeadOffice";
import { later } from "../parts/later";
import { matching } from "../parts/matching";
import { EmptyState, Shown } from "../parts/states";
import { planWords } from "../words/plan";
import { processWords } from "../words/process";
import { type ProcessPage, type ProcessRow, processesQuery } from "./queries";

const ProcessForm = later(() => import("./ProcessForm").then((all) => all.ProcessForm));
const ProcessView = later(() => import("./ProcessView").then((all) => all.ProcessView));

export function Processes() {
  const words = useWords(processWords);
  const may = useRulesFirm("plans.edit");
  const processes = useQuery(processesQuery);
  const [typed, type] = useState("");
  const [looked, look] = useState<string | null>(null);
  const [written, write] = useState<ProcessPage | "new" | null>(null);
  return (
    <>
      <HeadOfficeOnly right="plans.edit" />
      <p className="quiet" style={{ marginBottom: 12, maxWidth: 720 }}>{words.why}</p>
      <div className="page-acts">
        <Input.Search allowClear placeholder={words.find} aria-label={words.find} style={{ width: 280 }} onChange={(event) => type(event.target.value)} />
        {may && <Button type="primary" icon={<PlusOutlined />} onClick={() => write("new")}>{words.add}</Button>}
      </div>
      <Shown of={processes}>
        {(all) => {
          const found = matching(all, typed, (one) => [one.key, one.title, one.law ?? "", ...one.steps]);
          if (all.length === 0) return <EmptyState title={words.none} next={words.noneNext} />;
          return found.length === 0 ? <EmptyState title={words.noMatch} next={words.noMatchNext} /> : <ProcessTable rows={found} onLook={look} />;
        }}
      </Shown>
      {looked && <ProcessView of={looked} onClose={() => look(null)} onEdit={may ? (process) => { look(null); write(process); } : undefined} />}
      {written && <ProcessForm process={written} onClose={() => write(null)} />}
    </>
  );
}

function ProcessTable({ rows, onLook }: { rows: readonly ProcessRow[]; onLook: (key: string) => void }) {
  const words = useWords(processWords);
  const { playbookNames } = useWords(planWords);
  const columns: TableColumnsType<ProcessRow> = [
    { title: words.title, key: "title", width: 260, render: (_, one) => <><Button type="link" size="small" className="table-title" aria-label={words.open(one.title)} onClick={() => onLook(one.key)}>{one.title}</Button>{one.retired_at && <span className="badge" style={{ marginLeft: 6 }}>{words.retired}</span>}<br /><span className="quiet small mono">{one.key}</span></> },
    { title: words.steps, key: "steps", render: (_, one) => <>{words.stepsOf(one.steps.length)} <span className="quiet small">{one.steps.join(" → ")}</span></> },
    { title: words.law, dataIndex: "law", width: 280, render: (law: string | null) => <span className="small">{law}</span> },
    { title: words.version, dataIndex: "version", width: 80, align: "right" },
    { title: words.origin, dataIndex: "playbook", width: 120, render: (playbook: string) => <span className={playbook ? "badge" : "badge info"}>{playbook ? wordFor(playbookNames, playbook) : words.ours}</span> },
  ];
  return <Table<ProcessRow> rowKey="key" size="small" columns={columns} dataSource={[...rows]} pagination={{ defaultPageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} />;
}
