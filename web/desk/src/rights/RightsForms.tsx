/** The forms behind the rights menu: a request for the register, a legal hold, an erasure. */
import { Form, Input, Select } from "antd";
import { useNavigate } from "@tanstack/react-router";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { Ask } from "../parts/Ask";
import { DayField } from "../parts/DayField";
import { rightsWords } from "../words/rights";
import { useRight } from "./queries";

interface FormOf {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
}

export function RequestForm({ id, name, onClose }: FormOf) {
  const words = useWords(rightsWords);
  const save = useRight((filled: { kind: string; note?: string }) => call("POST /customers/{id}/rights-requests", { path: { id }, body: { kind: filled.kind, note: filled.note ?? "" } }), () => words.kept, onClose);
  return (
    <Ask<{ kind: string; note?: string }> title={`${words.request} · ${name}`} first={{ kind: "copy" }} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Form.Item name="kind" label={words.kind} rules={[{ required: true }]}><Select options={Object.entries(words.kinds).map(([value, label]) => ({ value, label }))} /></Form.Item>
      <Form.Item name="note" label={words.note}><Input.TextArea rows={3} maxLength={2000} /></Form.Item>
    </Ask>
  );
}

/** A hold on a customer, or with no customer on the whole firm. */
export function HoldForm({ id, name, onClose }: { id?: string; name: string; onClose: () => void }) {
  const words = useWords(rightsWords);
  interface Filled {
    reason: string;
    until?: string;
  }
  const place = (filled: Filled) => {
    const body = { reason: filled.reason, until: filled.until || null };
    return id ? call("POST /customers/{id}/holds", { path: { id }, body }) : call("POST /holds", { body });
  };
  const save = useRight(place, () => words.held, onClose);
  return (
    <Ask<Filled> title={`${words.holdTitle} · ${name}`} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <p className="quiet small" style={{ marginBottom: 12 }}>{words.holdHint}</p>
      <Form.Item name="reason" label={words.reason} extra={words.reasonHint} rules={[{ required: true, whitespace: true, min: 2, max: 1000 }]}><Input.TextArea autoFocus rows={2} /></Form.Item>
      <Form.Item name="until" label={words.until}><DayField clear="clear" placeholder={words.untilOpen} width="100%" /></Form.Item>
    </Ask>
  );
}

export function EraseForm({ id, name, onClose }: FormOf) {
  const words = useWords(rightsWords);
  const navigate = useNavigate();
  const erase = useRight(
    (filled: { reason: string }) => call("POST /customers/{id}/erasure", { path: { id }, body: filled }),
    (answer) => (answer.state === "erased" ? words.erased : words.eraseWaits),
    (answer) => {
      onClose();
      if (answer.state === "erased") void navigate({ to: "/customers" });
    },
  );
  return (
    <Ask<{ reason: string }> title={words.eraseTitle(name)} danger={words.eraseAct} busy={erase.isPending} onClose={onClose} onFinish={(filled) => erase.mutate(filled)}>
      <p className="due small" style={{ marginBottom: 12 }}>{words.eraseHint}</p>
      <Form.Item name="reason" label={words.reason} extra={words.reasonHint} rules={[{ required: true, whitespace: true, min: 2, max: 1000 }]}><Input.TextArea autoFocus rows={2} /></Form.Item>
    </Ask>
  );
}
