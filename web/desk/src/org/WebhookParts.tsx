/** What stands beside the list of webhooks: the secret that is shown once, and the events that nobody took. */
import { useQuery } from "@tanstack/react-query";
import { App, Button, Modal, Table } from "antd";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { Ago } from "../parts/Day";
import { ShownOnce } from "../parts/ShownOnce";
import { EmptyState, Shown } from "../parts/states";
import { webhookWords } from "../words/webhook";
import { useAct } from "./useOrg";

type Webhook = components["schemas"]["Webhook"];
type Event = components["schemas"]["Undelivered"];

/** The words for why something was not taken. */
export function useReason() {
  const words = useWords(webhookWords);
  return (why: string | null | undefined) => {
    if (!why) return "";
    return why.startsWith("status_") ? words.status(why.slice(7)) : (words.errors[why] ?? why);
  };
}

export function SecretOnce({ text, onClose }: { text: string; onClose: () => void }) {
  const words = useWords(webhookWords);
  return <ShownOnce title={words.secret} hint={words.onlyNow} label={words.secret} text={text} kept={words.kept} onClose={onClose} />;
}

export function Undelivered({ of: webhook, onClose }: { of: Webhook; onClose: () => void }) {
  const words = useWords(webhookWords);
  const reason = useReason();
  const { message } = App.useApp();
  const list = useQuery({ queryKey: ["org", "webhooks", webhook.id, "undelivered"], queryFn: () => call("GET /webhooks/{id}/undelivered", { path: { id: webhook.id } }) });
  const again = useAct(async (seq: number) => {
    const answer = await call("POST /webhooks/{id}/undelivered/{seq}/delivery", { path: { id: webhook.id, seq } });
    if (answer.delivered) void message.success(words.againDone);
    else void message.warning(reason(answer.why));
  });
  return (
    <Modal open width={720} title={words.undeliveredTitle(webhook.title)} footer={null} onCancel={onClose}>
      <Shown of={list}>
        {(events) =>
          events.length === 0 ? <EmptyState title={words.undeliveredNone} next="" /> : (
            <Table<Event>
              rowKey="seq"
              size="small"
              dataSource={[...events]}
              pagination={events.length > 20 ? { pageSize: 20 } : false}
              columns={[
                { title: words.event, dataIndex: "type", render: (type: string, event) => <>{type} <span className="quiet">#{event.seq}</span></> },
                { title: words.reason, dataIndex: "why", render: (why: string) => reason(why) },
                { title: words.tries, dataIndex: "tries", width: 70 },
                { title: words.at, dataIndex: "at", width: 120, render: (at: string) => <Ago at={at} /> },
                { key: "act", width: 100, render: (_, event) => <Button size="small" loading={again.isPending && again.variables === event.seq} onClick={() => again.mutate(event.seq)}>{words.again}</Button> },
              ]}
            />
          )}
      </Shown>
    </Modal>
  );
}
