/** Legal holds that stand: of customers and of the whole firm. */
import { Button, Form, Input, Table } from "antd";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { Ask } from "../parts/Ask";
import { Day } from "../parts/Day";
import { useInHeadOffice } from "../parts/HeadOffice";
import { later } from "../parts/later";
import { EmptyState, Shown } from "../parts/states";
import { rightsWords } from "../words/rights";
import { holdsQuery, useRight } from "./queries";

const HoldForm = later(() => import("./RightsForms").then((all) => all.HoldForm));

type Hold = components["schemas"]["HoldShape"];

export function Holds() {
  const words = useWords(rightsWords);
  const list = useQuery(holdsQuery);
  const ofFirm = useInHeadOffice();
  const [placing, place] = useState<"placing" | "closed">("closed");
  return (
    <>
      {ofFirm ? <div className="page-acts"><Button danger onClick={() => place("placing")}>{words.holdFirm}</Button></div> : <p className="quiet" role="note" style={{ marginBottom: 12 }}>{words.holdFirmWho}</p>}
      <Shown of={list}>{(holds) => (holds.length === 0 ? <EmptyState title={words.holdsNone} next={words.holdsNext} /> : <HoldTable holds={holds} />)}</Shown>
      {placing === "placing" && <HoldForm name={words.firm} onClose={() => place("closed")} />}
    </>
  );
}

function HoldTable({ holds }: { holds: readonly Hold[] }) {
  const words = useWords(rightsWords);
  const ofFirm = useInHeadOffice();
  const [released, release] = useState<Hold | null>(null);
  return (
    <>
      <Table<Hold>
        rowKey="id"
        size="small"
        pagination={false}
        dataSource={[...holds]}
        columns={[
          { title: words.customer, key: "customer", render: (_, hold) => (hold.customer_id ? <Link to={`/customers/${hold.customer_id}` as never}>{hold.customer_name}</Link> : words.firm) },
          { title: words.reason, dataIndex: "reason" },
          { title: words.from, key: "from", width: 130, render: (_, hold) => <Day day={hold.from} weekday="plain" /> },
          { title: words.until, key: "until", width: 130, render: (_, hold) => (hold.until ? <Day day={hold.until} weekday="plain" /> : words.untilOpen) },
          { key: "act", width: 100, render: (_, hold) => (hold.customer_id || ofFirm) && <Button size="small" onClick={() => release(hold)}>{words.release}</Button> },
        ]}
      />
      {released && <ReleaseForm hold={released} onClose={() => release(null)} />}
    </>
  );
}

function ReleaseForm({ hold, onClose }: { hold: Hold; onClose: () => void }) {
  const words = useWords(rightsWords);
  const save = useRight((filled: { reason: string }) => call("POST /holds/{id}/release", { path: { id: hold.id }, body: filled }), () => words.released, onClose);
  return (
    <Ask<{ reason: string }> title={words.releaseTitle} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Form.Item name="reason" label={words.reason} extra={words.reasonHint} rules={[{ required: true, whitespace: true, min: 2, max: 1000 }]}><Input.TextArea autoFocus rows={2} /></Form.Item>
    </Ask>
  );
}
