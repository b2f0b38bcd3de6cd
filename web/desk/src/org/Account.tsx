/** One's own account: password, second factor, where one is signed in. */
import { useMutation } from "@tanstack/react-query";
import { Button, Card, Form, Input, Space } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { orgWords } from "../words/org";
import { Sessions } from "./Sessions";
import { useAct } from "./useOrg";

export function Account() {
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%", maxWidth: 560 }}>
      <Password />
      <SecondFactor />
      <Sessions />
    </Space>
  );
}

function Password() {
  const words = useWords(orgWords);
  const save = useAct((body: { present: string; new: string }) => call("PUT /me/password", { body }), words.passwordChanged, () => location.assign("/sign-in"));
  return (
    <Card size="small" title={words.password}>
      <Form layout="vertical" requiredMark={false} onFinish={(body: { present: string; new: string }) => save.mutate(body)}>
        <Form.Item name="present" label={words.presentPassword} rules={[{ required: true }]}><Input.Password autoComplete="current-password" /></Form.Item>
        <Form.Item name="new" label={words.newPassword} extra={words.passwordHint} rules={[{ required: true, min: 8 }]}><Input.Password autoComplete="new-password" /></Form.Item>
        <Button htmlType="submit" loading={save.isPending}>{words.password}</Button>
      </Form>
    </Card>
  );
}

function SecondFactor() {
  const words = useWords(orgWords);
  const me = useMe();
  const offer = useMutation({ mutationFn: () => call("POST /me/totp") });
  const [ended, end] = useState(false);
  const confirm = useAct((code: string) => call("PUT /me/totp", { body: { secret: offer.data?.secret ?? "", code } }), words.factor.done, () => end(true));
  const drop = useAct((password: string) => call("DELETE /me/totp", { body: { password } }), words.factor.dropped);
  return (
    <Card size="small" title={words.factor.title} extra={me.second_factor ? words.factorOn : words.factorOff}>
      <p className="quiet" style={{ marginBottom: 12 }}>{words.factor.why}</p>
      {me.second_factor ? (
        <Form layout="inline" onFinish={({ password }: { password: string }) => drop.mutate(password)}>
          <Form.Item name="password" rules={[{ required: true }]}><Input.Password aria-label={words.presentPassword} placeholder={words.presentPassword} autoComplete="current-password" /></Form.Item>
          <Button danger htmlType="submit" loading={drop.isPending}>{words.factor.drop}</Button>
        </Form>
      ) : !offer.data || ended ? (
        <Button onClick={() => offer.mutate()} loading={offer.isPending}>{words.factor.begin}</Button>
      ) : (
        <Form layout="vertical" onFinish={({ code }: { code: string }) => confirm.mutate(code)}>
          <p>{words.factor.scan}</p>
          <p className="mono" style={{ overflowWrap: "anywhere" }}><a href={offer.data.url}>{offer.data.secret}</a></p>
          <Form.Item name="code" label={words.factor.code} rules={[{ required: true, len: 6 }]}><Input inputMode="numeric" autoComplete="one-time-code" style={{ width: 160 }} /></Form.Item>
          <Button type="primary" htmlType="submit" loading={confirm.isPending}>{words.factor.confirm}</Button>
        </Form>
      )}
    </Card>
  );
}
