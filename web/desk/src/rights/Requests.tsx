/** The register: what customers asked about their data, until when, and what was answered. */
import { Button, Checkbox, Form, Input, Table } from "antd";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../frame/api";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { Ask } from "../parts/Ask";
import { Day } from "../parts/Day";
import { EmptyState, Shown } from "../parts/states";
import { rightsWords } from "../words/rights";
import { requestsQuery, useRight } from "./queries";

type Request = components["schemas"]["RequestShape"];

export function Requests() {
  const words = useWords(rightsWords);
  const [all, setAll] = useState(false);
  const list = useQuery(requestsQuery(all));
  return (
    <>
      <div className="page-acts"><Checkbox checked={all} onChange={(event) => setAll(event.target.checked)}>{words.all}</Checkbox></div>
      <Shown of={list}>{(rows) => (rows.length === 0 ? <EmptyState title={words.requestsNone} next={words.requestsNext} /> : <Register rows={rows} />)}</Shown>
    </>
  );
}

function Register({ rows }: { rows: readonly Request[] }) {
  const words = useWords(rightsWords);
  const [refused, refuse] = useState<Request | null>(null);
  const [approved, approve] = useState<Request | null>(null);
  return (
    <>
      <Table<Request>
        rowKey="id"
        size="small"
        pagination={false}
        dataSource={[...rows]}
        columns={[
          { title: words.customer, key: "customer", render: (_, row) => (row.customer_name ? <Link to={`/customers/${row.customer_id}` as never}>{row.customer_name}</Link> : <span className="quiet">{words.gone}</span>) },
          { title: words.kind, key: "kind", render: (_, row) => wordFor(words.kinds, row.kind) },
          { title: words.received, key: "received", render: (_, row) => <Day day={row.received} weekday="plain" /> },
          { title: words.due, key: "due", render: (_, row) => <span className={row.overdue ? "risk" : undefined}><Day day={row.due} weekday="plain" />{row.overdue && ` ${words.overdue}`}</span> },
          { title: words.state, key: "state", render: (_, row) => wordFor(words.requestStates, row.state) },
          { title: words.note, key: "note", render: (_, row) => [row.note, row.answer].filter(Boolean).join(" → ") },
          { title: words.by, dataIndex: "opened_by" },
          { key: "act", render: (_, row) => <Acts row={row} onApprove={() => approve(row)} onRefuse={() => refuse(row)} /> },
        ]}
      />
      {refused && <RefuseForm row={refused} onClose={() => refuse(null)} />}
      {approved && <ApproveForm row={approved} onClose={() => approve(null)} />}
    </>
  );
}

function Acts({ row, onApprove, onRefuse }: { row: Request; onApprove: () => void; onRefuse: () => void }) {
  const words = useWords(rightsWords);
  const done = useRight(() => call("POST /rights-requests/{id}/decision", { path: { id: row.id }, body: { decision: "done" } }), () => words.settled);
  if (row.state !== "open" && row.state !== "waiting") return null;
  return (
    <span className="row" style={{ gap: 4 }}>
      {row.state === "waiting" && <Button size="small" danger onClick={onApprove}>{words.approve}</Button>}
      {row.kind !== "erasure" && <Button size="small" loading={done.isPending} onClick={() => done.mutate(undefined)}>{words.done}</Button>}
      <Button size="small" onClick={onRefuse}>{words.refuse}</Button>
    </span>
  );
}

/** The second person's word erases at once and for good: they see once more whom. */
function ApproveForm({ row, onClose }: { row: Request; onClose: () => void }) {
  const words = useWords(rightsWords);
  const approve = useRight(() => call("POST /rights-requests/{id}/approval", { path: { id: row.id } }), () => words.approved, onClose);
  return (
    <Ask<object> title={words.eraseTitle(row.customer_name ?? words.gone)} danger={words.eraseAct} busy={approve.isPending} onClose={onClose} onFinish={() => approve.mutate(undefined)}>
      <p className="due small">{words.eraseHint}</p>
      {row.note && <p className="quiet small">{words.note} · {row.note}</p>}
    </Ask>
  );
}

function RefuseForm({ row, onClose }: { row: Request; onClose: () => void }) {
  const words = useWords(rightsWords);
  const save = useRight((filled: { answer: string }) => call("POST /rights-requests/{id}/decision", { path: { id: row.id }, body: { decision: "refused", answer: filled.answer } }), () => words.settled, onClose);
  return (
    <Ask<{ answer: string }> title={words.refuseTitle} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Form.Item name="answer" label={words.reason} extra={words.refuseHint} rules={[{ required: true, whitespace: true, min: 2, max: 2000 }]}><Input.TextArea autoFocus rows={2} /></Form.Item>
    </Ask>
  );
}
