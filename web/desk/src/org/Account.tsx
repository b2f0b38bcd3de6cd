/** One's own account: password, what guards it besides, where one is signed in. */
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Form, Input, Space } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { Shown } from "../parts/states";
import { orgWords } from "../words/org";
import { Accounts } from "./security/Accounts";
import { Generator } from "./security/Generator";
import { Passkeys } from "./security/Passkeys";
import { securityQuery } from "./security/queries";
import { CodesOnce, Recovery } from "./security/Recovery";
import "./security/security.css";
import { Sessions } from "./Sessions";
import { useAct } from "./useOrg";

export function Account() {
  const security = useQuery(securityQuery);
  const [codes, show] = useState<string[]>([]);
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%", maxWidth: 640 }}>
      <Password />
      <Shown of={security}>
        {(of) => (
          <Space orientation="vertical" size={16} style={{ width: "100%" }}>
            <Passkeys of={of} onCodes={show} />
            <Generator of={of} proof="demanded" onCodes={show} />
            <Accounts of={of} />
            {(of.code_generator || of.passkeys.length > 0) && <Recovery of={of} onCodes={show} />}
          </Space>
        )}
      </Shown>
      <Sessions />
      {codes.length > 0 && <CodesOnce codes={codes} onClose={() => show([])} />}
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
