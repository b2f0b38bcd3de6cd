/** What the firm demands of those who sign in; administrators change it. */
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Form } from "antd";
import { call } from "../../frame/api";
import { ROLES } from "../../frame/shapes";
import { useWords, wordFor } from "../../frame/words";
import type { components } from "../../generated/api";
import { HeadOfficeOnly, useInHeadOffice } from "../../parts/HeadOffice";
import { Shown } from "../../parts/states";
import { partsWords } from "../../words/parts";
import { securityWords } from "../../words/security";
import { ssoWords } from "../../words/sso";
import { useAct } from "../useOrg";
import { Sso } from "./Sso";
import "./security.css";

type Policy = components["schemas"]["PolicyShape"];

export function SignInPolicy() {
  const policy = useQuery({ queryKey: ["org", "policy"], queryFn: () => call("GET /sign-in-policy") });
  return <Shown of={policy}>{(of) => <><HeadOfficeOnly right="staff.manage" /><PolicyForm of={of} /><Sso /></>}</Shown>;
}

function PolicyForm({ of }: { of: Policy }) {
  const words = useWords(securityWords).policy;
  const sso = useWords(ssoWords);
  const common = useWords(partsWords);
  const changes = useInHeadOffice();
  const save = useAct((body: Policy) => call("PUT /sign-in-policy", { body }), words.saved);
  return (
    <Form<Policy> layout="vertical" disabled={!changes} initialValues={of} style={{ maxWidth: 560 }} onFinish={(filled) => save.mutate({ ...of, ...filled })}>
      <p className="quiet" style={{ marginBottom: 16 }}>{words.why}</p>
      <Form.Item name="second_factor_roles" label={words.roles}>
        <Checkbox.Group style={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 8 }} options={ROLES.map((role) => ({ value: role, label: wordFor(common.roles, role) }))} />
      </Form.Item>
      <Form.Item name="only_sso" valuePropName="checked" extra={sso.onlySsoHint}><Checkbox>{sso.onlySso}</Checkbox></Form.Item>
      {changes && <Button type="primary" htmlType="submit" loading={save.isPending}>{words.save}</Button>}
    </Form>
  );
}
