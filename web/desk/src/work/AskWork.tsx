/** A work order asked for by hand: what, when, over which channel, for oneself or a colleague. */
import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, Radio, Select } from "antd";
import { useMemo } from "react";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import type { CustomerPage } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { useAct, useStaff } from "../org/useOrg";
import { Ask } from "../parts/Ask";
import { daysLater } from "../parts/Day";
import { DayField } from "../parts/DayField";
import { BY_PERSON, personOption } from "../parts/people";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";

const CHANNELS = ["phone", "wechat", "sms", "visit"] as const;

interface Filled {
  title: string;
  reason?: string;
  channel: (typeof CHANNELS)[number];
  due: string;
  staff_id?: string;
}

export function AskWork({ customer, onClose }: { customer: CustomerPage; onClose: () => void }) {
  const words = useWords(workWords).ask;
  const parts = useWords(partsWords);
  const me = useMe();
  const client = useQueryClient();
  const hands = me.permissions.includes("work.hand_out");
  const ask = useAct(
    ({ title, reason, channel, due, staff_id }: Filled) => call("POST /customers/{id}/touches", { path: { id: customer.id }, body: { title, reason: reason ?? "", channel, due, staff_id } }),
    words.done,
    () => {
      void client.invalidateQueries({ queryKey: ["work"] });
      void client.invalidateQueries({ queryKey: ["customer", "one", customer.id] });
      onClose();
    },
  );
  const refused = new Set(customer.consents.filter((one) => one.state === "refused").map((one) => one.channel as string));
  const open = CHANNELS.filter((channel) => !refused.has(channel));
  const first = { channel: open[0] ?? "visit", due: daysLater(me.today, 1), staff_id: hands ? customer.owner?.id : undefined };
  return (
    <Ask<Filled> title={words.title(customer.name)} first={first} busy={ask.isPending} onClose={onClose} onFinish={(filled) => ask.mutate(filled)}>
      <Form.Item name="title" label={words.what} rules={[{ required: true, whitespace: true, message: words.whatNeeded }]}><Input autoFocus maxLength={80} placeholder={words.whatHint} /></Form.Item>
      <Form.Item name="due" label={words.when} rules={[{ required: true }]}><DayField min={me.today} max={daysLater(me.today, 350)} width="100%" /></Form.Item>
      <Form.Item name="channel" label={words.how} extra={refused.size > 0 ? words.refused([...refused].map((channel) => wordFor(parts.channels, channel))) : undefined}>
        <Radio.Group options={CHANNELS.map((value) => ({ value, label: wordFor(parts.channels, value), disabled: refused.has(value) }))} />
      </Form.Item>
      {hands && <Form.Item name="staff_id" label={words.who}><Colleagues /></Form.Item>}
      <Form.Item name="reason" label={words.reason}><Input.TextArea rows={2} maxLength={200} placeholder={words.reasonHint} /></Form.Item>
    </Ask>
  );
}

/** The people who work with customers, of the own part of the firm. */
function Colleagues(field: { id?: string; value?: string; onChange?: (id: string | undefined) => void }) {
  const words = useWords(workWords).ask;
  const staff = useStaff({ role: "maintainer" });
  const options = useMemo(() => (staff.data?.items ?? []).filter((one) => !one.left_on).map(personOption), [staff.data]);
  return <Select {...field} allowClear showSearch={BY_PERSON} placeholder={words.whoMe} options={options} />;
}
