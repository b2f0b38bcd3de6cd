/** Webhooks: made, tested, stopped and looked after by an administrator; the secret is shown once. */
import { MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Dropdown, Form, Input, Select, Table } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { Ask } from "../parts/Ask";
import { Ago } from "../parts/Day";
import { HeadOfficeOnly, useInHeadOffice } from "../parts/HeadOffice";
import { Overtaken } from "../parts/Overtaken";
import { EmptyState, Shown } from "../parts/states";
import { useSeen } from "../parts/useSeen";
import { webhookWords } from "../words/webhook";
import { useAct } from "./useOrg";
import { SecretOnce, Undelivered, useReason } from "./WebhookParts";

type Webhook = components["schemas"]["Webhook"];
type NewWebhook = components["schemas"]["NewWebhook"];

/** They tell of the whole firm: below head office nobody sees where the news go either. */
export function Webhooks() {
  return useInHeadOffice() ? <List /> : <HeadOfficeOnly right="staff.manage" />;
}

function List() {
  const words = useWords(webhookWords);
  const list = useQuery({ queryKey: ["org", "webhooks"], queryFn: () => call("GET /webhooks") });
  const [edited, edit] = useState<Webhook | "new" | null>(null);
  const [secret, show] = useState<string | null>(null);
  const [read, look] = useState<Webhook | null>(null);
  return (
    <>
      <p className="quiet" style={{ marginBottom: 12, maxWidth: 720 }}>{words.why}</p>
      <div className="page-acts"><Button type="primary" icon={<PlusOutlined />} onClick={() => edit("new")}>{words.add}</Button></div>
      <Shown of={list}>
        {(all) => (all.length === 0 ? <EmptyState title={words.none} next={words.noneNext} /> : <WebhookTable all={all} onEdit={edit} onSecret={show} onLook={look} />)}
      </Shown>
      {edited && <WebhookForm webhook={edited} onClose={() => edit(null)} onSecret={show} />}
      {secret && <SecretOnce text={secret} onClose={() => show(null)} />}
      {read && <Undelivered of={read} onClose={() => look(null)} />}
    </>
  );
}

interface TableProps {
  readonly all: readonly Webhook[];
  readonly onEdit: (webhook: Webhook) => void;
  readonly onSecret: (secret: string) => void;
  readonly onLook: (webhook: Webhook) => void;
}

function WebhookTable({ all, onEdit, onSecret, onLook }: TableProps) {
  const words = useWords(webhookWords);
  return (
    <Table<Webhook>
      rowKey="id"
      size="small"
      dataSource={[...all]}
      pagination={false}
      columns={[
        { title: words.title, dataIndex: "title", render: (title: string, webhook) => <><div>{title}</div><div className="quiet mono" style={{ wordBreak: "break-all" }}>{webhook.url}</div></> },
        { title: words.kinds, dataIndex: "kinds", render: (kinds: string[]) => <span className="row wrap" style={{ gap: 4 }}>{kinds.map((kind) => <span key={kind} className="badge">{wordFor(words.rooms, kind)}</span>)}</span> },
        { title: words.state, key: "state", width: 220, render: (_, webhook) => <State of={webhook} /> },
        { title: words.delivered, dataIndex: "delivered_at", width: 130, render: (at: string | null) => (at ? <Ago at={at} /> : <span className="quiet">{words.never}</span>) },
        { title: words.undelivered, dataIndex: "undelivered", width: 110, render: (count: number, webhook) => (count > 0 ? <Button type="link" size="small" onClick={() => onLook(webhook)}>{count}</Button> : 0) },
        { key: "act", width: 150, render: (_, webhook) => <Acts of={webhook} onEdit={() => onEdit(webhook)} onSecret={onSecret} /> },
      ]}
    />
  );
}

function State({ of: webhook }: { of: Webhook }) {
  const words = useWords(webhookWords);
  const reason = useReason();
  if (webhook.stopped) return <span className="badge risk">{webhook.stopped.why === "failing" ? words.stoppedByFailing : words.stopped}</span>;
  if (webhook.failing_since) return <span className="badge due" title={reason(webhook.last_error)}>{words.failing}</span>;
  return <span className={webhook.delivered_at ? "badge done" : "badge"}>{webhook.delivered_at ? words.works : words.waiting}</span>;
}

function Acts({ of: webhook, onEdit, onSecret }: { of: Webhook; onEdit: () => void; onSecret: (secret: string) => void }) {
  const words = useWords(webhookWords);
  const { message, modal } = App.useApp();
  const reason = useReason();
  const path = { id: webhook.id };
  const test = useAct(async () => {
    const answer = await call("POST /webhooks/{id}/test", { path });
    if (answer.delivered) void message.success(words.testDone);
    else void message.warning(words.testFailed(reason(answer.why)));
  });
  const stop = useAct(() => call("PUT /webhooks/{id}/stop", { path }), words.stopDone);
  const resume = useAct(() => call("DELETE /webhooks/{id}/stop", { path }), words.resumeDone);
  const turn = useAct(async () => onSecret((await call("POST /webhooks/{id}/secret", { path })).secret), words.turned);
  const remove = useAct(() => call("DELETE /webhooks/{id}", { path }), words.removed);
  const sure = (title: string, content: string, okText: string, act: () => Promise<unknown>, danger: boolean) =>
    modal.confirm({ title, content, okText, okButtonProps: { danger }, onOk: () => act().catch(() => undefined) });
  return (
    <span className="row" style={{ gap: 4, justifyContent: "flex-end" }}>
      <Button size="small" loading={test.isPending} onClick={() => test.mutate(undefined)}>{words.test}</Button>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "edit", label: words.edit, onClick: onEdit },
            webhook.stopped ? { key: "resume", label: words.resume, onClick: () => resume.mutate(undefined) } : { key: "stop", label: words.stop, onClick: () => stop.mutate(undefined) },
            { key: "turn", label: words.turn, onClick: () => sure(words.turnTitle, words.turnHint, words.turn, () => turn.mutateAsync(undefined), false) },
            { type: "divider" },
            { key: "remove", label: words.remove, danger: true, onClick: () => sure(words.removeTitle(webhook.title), words.removeHint, words.remove, () => remove.mutateAsync(undefined), true) },
          ],
        }}
      >
        <Button size="small" icon={<MoreOutlined />} aria-label={words.more} />
      </Dropdown>
    </span>
  );
}

function WebhookForm({ webhook, onClose, onSecret }: { webhook: Webhook | "new"; onClose: () => void; onSecret: (secret: string) => void }) {
  const words = useWords(webhookWords);
  const make = useAct(async (body: NewWebhook) => onSecret((await call("POST /webhooks", { body })).secret), words.madeDone, onClose);
  const seen = useSeen<Webhook>({
    first: webhook === "new" ? undefined : webhook,
    list: { queryKey: ["org", "webhooks"], queryFn: () => call("GET /webhooks") },
    is: (one) => webhook !== "new" && one.id === webhook.id,
    said: (one) => ({ [words.title]: one.title, [words.url]: one.url, [words.kinds]: one.kinds.map((kind) => wordFor(words.rooms, kind)).join(" · ") }),
  });
  const change = useAct((body: NewWebhook) => (webhook === "new" ? Promise.resolve() : seen.save<unknown>((version) => call("PATCH /webhooks/{id}", { path: { id: webhook.id }, body, version }))), words.saved, onClose);
  const save = webhook === "new" ? make : change;
  const first = webhook === "new" ? { kinds: ["*"] } : { title: webhook.title, url: webhook.url, kinds: webhook.kinds };
  return (
    <Ask<NewWebhook> title={webhook === "new" ? words.add : words.edit} of={webhook === "new" ? undefined : "on file"} first={first} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Overtaken by={seen.theirs} />
      <Form.Item name="title" label={words.title} extra={words.titleHint} rules={[{ required: true, whitespace: true, max: 100 }]}><Input autoFocus autoComplete="off" /></Form.Item>
      <Form.Item name="url" label={words.url} extra={words.urlHint} rules={[{ required: true, max: 500 }]}><Input type="url" placeholder="https://" autoComplete="off" className="mono" /></Form.Item>
      <Form.Item name="kinds" label={words.kinds} extra={words.kindsHint} rules={[{ required: true, type: "array", min: 1, message: words.kindsNone }]}>
        <Select mode="tags" options={Object.entries(words.rooms).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
    </Ask>
  );
}
