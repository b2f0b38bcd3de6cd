/** The page of a person who came in with a password that somebody else set: one of their own is set here, and they sign in with it. */
import { Button, Form, Input } from "antd";
import { call } from "../../frame/api";
import { asProblem } from "../../frame/problem";
import { useSignOut } from "../../frame/session";
import { useWords } from "../../frame/words";
import { orgWords } from "../../words/org";
import { securityWords } from "../../words/security";
import { useAct } from "../useOrg";
import "../../frame/frame.css";
import "./security.css";

interface Filled { present?: string; new: string }

export function OwedPassword() {
  const words = useWords(securityWords).owed;
  const fields = useWords(orgWords);
  const leave = useSignOut();
  const save = useAct((body: Filled) => call("PUT /me/password", { body }), fields.passwordChanged, () => location.assign("/sign-in"));
  // Whoever came in a moment ago has shown it; later it is asked for once more.
  const late = save.error && ["proof_needed", "wrong_credentials"].includes(asProblem(save.error).code);
  return (
    <div className="sign-in">
      <main className="sign-in-card owed">
        <h1>{words.passwordTitle}</h1>
        <p className="quiet" style={{ marginBottom: 20 }}>{words.passwordWhy}</p>
        <Form<Filled> layout="vertical" requiredMark={false} onFinish={(body) => save.mutate(body)}>
          {late && <Form.Item name="present" label={fields.presentPassword} rules={[{ required: true }]}><Input.Password autoComplete="current-password" /></Form.Item>}
          <Form.Item name="new" label={fields.newPassword} extra={fields.passwordHint} rules={[{ required: true, min: 8 }]}><Input.Password autoFocus autoComplete="new-password" /></Form.Item>
          <Button type="primary" htmlType="submit" block loading={save.isPending}>{words.passwordGo}</Button>
        </Form>
        <div className="sign-in-foot small"><Button type="link" size="small" onClick={() => leave.mutate()}>{words.leave}</Button></div>
      </main>
    </div>
  );
}
