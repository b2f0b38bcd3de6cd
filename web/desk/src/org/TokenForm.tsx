/** Making a token: a name, what it may do within one's own rights, for how long, and the password. */
import { Checkbox, Form, Input, InputNumber } from "antd";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { Ask } from "../parts/Ask";
import { tokenWords } from "../words/token";
import { useAct } from "./useOrg";

type NewToken = components["schemas"]["NewToken"];
type MadeToken = components["schemas"]["MadeToken"];

export function TokenForm({ onClose, onMade }: { onClose: () => void; onMade: (made: MadeToken) => void }) {
  const words = useWords(tokenWords);
  const me = useMe();
  // The text is told once: it is handed on before the list is asked for anew.
  const save = useAct(async (body: NewToken) => onMade(await call("POST /me/tokens", { body })), words.madeDone, onClose);
  return (
    <Ask<NewToken> title={words.add} first={{ days: 90, scopes: [] }} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Form.Item name="name" label={words.name} extra={words.nameHint} rules={[{ required: true, whitespace: true, max: 100 }]}><Input autoFocus autoComplete="off" /></Form.Item>
      <Form.Item name="scopes" label={words.scopes} rules={[{ type: "array", min: 1, message: words.scopesNone }]}>
        <Checkbox.Group style={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 4 }} options={me.permissions.map((value) => ({ value, label: wordFor(words.permissions, value) }))} />
      </Form.Item>
      <Form.Item name="days" label={words.days} extra={words.daysHint} rules={[{ required: true }]}><InputNumber min={1} max={366} precision={0} /></Form.Item>
      <Form.Item name="password" label={words.password} rules={[{ required: true }]}><Input.Password autoComplete="current-password" /></Form.Item>
    </Ask>
  );
}
