/** Sign in: by passkey, or by name and password with the second factor once the server asks for it. */
import { BankOutlined, KeyOutlined, LockOutlined, SafetyOutlined, UserOutlined } from "@ant-design/icons";
import { Alert, Button, Divider, Form, Input } from "antd";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { frameWords } from "../words/frame";
import { ssoWords } from "../words/sso";
import { call } from "./api";
import type { Me } from "./shapes";
import { landingOf } from "./navigation";
import { type Assertion, knowsPasskeys, showPasskey } from "./passkeys";
import { prefer, usePreferences } from "./preferences";
import { asProblem } from "./problem";
import { meQuery, welcome } from "./session";
import { goAway } from "./sso";
import { useWords } from "./words";
import { useProblemWords } from "../parts/problemWords";
import "./frame.css";

interface Entry { login: string; password: string; code?: string; recovery_code?: string; passkey?: Assertion }

export function SignIn() {
  const words = useWords(frameWords).signIn;
  const sso = useWords(ssoWords);
  const { language } = usePreferences();
  const [form] = Form.useForm<Entry>();
  const ways = useQuery({ queryKey: ["org", "ways"], queryFn: () => call("GET /session/ways"), staleTime: Number.POSITIVE_INFINITY });
  const { back } = useSearch({ strict: false }) as { back?: string };
  const arrive = useArrival(back);
  const [seconds, ask] = useState<readonly string[]>([]);
  const enter = useMutation({
    mutationFn: (entry: Entry) => call("POST /session", { body: { ...entry, login: entry.login.trim() } }),
    onSuccess: arrive,
    onError: (thrown) => {
      const problem = asProblem(thrown);
      if (problem.code === "code_needed") ask((problem.shape.params?.ways as string[] | undefined) ?? ["code"]);
    },
  });
  const byPasskey = useMutation({ mutationFn: async () => call("POST /session/passkey", { body: await showPasskey() }), onSuccess: arrive });
  const confirm = useMutation({ mutationFn: showPasskey, onSuccess: (passkey) => enter.mutate({ ...form.getFieldsValue(), code: undefined, recovery_code: undefined, passkey }) });
  const bySso = useMutation({ mutationFn: async () => goAway((await call("POST /session/sso")).url, back) });
  const [own, showOwn] = useState(false);
  const only = Boolean(ways.data?.only_sso) && !own;
  const asks = seconds.length > 0;
  const busy = enter.isPending || byPasskey.isPending || confirm.isPending;
  const failed = [enter.error, byPasskey.error, bySso.error, confirm.error].find((thrown) => thrown && asProblem(thrown).code !== "code_needed");
  const title = ways.data?.sso;
  const passkeys = knowsPasskeys() && Boolean(ways.data?.passkeys);
  return (
    <div className="sign-in">
      <main className="sign-in-card">
        <img src="/icon.svg" width={40} height={40} alt="Tend" />
        <h1>Tend</h1>
        <p className="quiet" style={{ marginBottom: 20 }}>{words.slogan}</p>
        {only && (
          <>
            {failed && <Refusal thrown={failed} />}
            <p style={{ marginBottom: 12 }}>{sso.only}</p>
            <Button type="primary" block icon={<BankOutlined />} loading={bySso.isPending} onClick={() => bySso.mutate()}>{title}</Button>
            <p className="small" style={{ marginTop: 16 }}><button type="button" className="plain" style={{ color: "var(--primary)" }} onClick={() => showOwn(true)}>{sso.own}</button></p>
          </>
        )}
        {!only && <Form<Entry> form={form} layout="vertical" requiredMark={false} onFinish={(entry) => enter.mutate(entry)} disabled={busy}>
          <Form.Item name="login" label={words.login} rules={[{ required: true, message: words.needLogin }]}>
            <Input prefix={<UserOutlined />} autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item name="password" label={words.password} rules={[{ required: true, message: words.needPassword }]}>
            <Input.Password prefix={<LockOutlined />} autoComplete="current-password" />
          </Form.Item>
          {asks && <Second ways={seconds} passkeys={passkeys} busy={confirm.isPending} onPasskey={() => confirm.mutate()} />}
          {failed && <Refusal thrown={failed} />}
          <Button type="primary" htmlType="submit" block loading={enter.isPending}>{words.enter}</Button>
          {(passkeys || title) && !asks && <Divider plain className="sign-in-or">{words.or}</Divider>}
          {title && !asks && <Button block icon={<BankOutlined />} style={{ marginBottom: 8 }} loading={bySso.isPending} onClick={() => bySso.mutate()}>{title}</Button>}
          {passkeys && !asks && <Button block icon={<KeyOutlined />} loading={byPasskey.isPending} onClick={() => byPasskey.mutate()}>{words.passkey}</Button>}
        </Form>}
        <div className="sign-in-foot small">
          <span className="quiet">{words.forgotten}</span>
          <button type="button" className="plain" style={{ color: "var(--primary)" }} onClick={() => prefer({ language: language === "zh" ? "en" : "zh" })}>{language === "zh" ? "English" : "中文"}</button>
        </div>
      </main>
    </div>
  );
}

/** What happens when somebody has come in, by whichever way. */
export function useArrival(back: string | undefined): (answer: unknown) => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (answer) => {
    const me = welcome(answer as Me);
    client.clear();
    client.setQueryData(meQuery.queryKey, me);
    void navigate({ replace: true, to: back?.startsWith("/") && !back.startsWith("//") && back !== "/" ? back : landingOf(me.role, me.landing) });
  };
}

/** The second factor: the ways that the person has, one field at a time. */
function Second({ ways, passkeys, busy, onPasskey }: { ways: readonly string[]; passkeys: boolean; busy: boolean; onPasskey: () => void }) {
  const words = useWords(frameWords).signIn;
  const form = Form.useFormInstance();
  const code = ways.includes("code");
  const [paper, take] = useState<"code" | "recovery" | null>(code ? "code" : null);
  const turn = (to: "code" | "recovery") => {
    form.setFieldsValue({ code: undefined, recovery_code: undefined });
    take(to);
  };
  return (
    <>
      <Alert type="info" showIcon title={words.second} description={words.secondHint} style={{ marginBottom: 16 }} />
      {ways.includes("passkey") && passkeys && <Button block icon={<KeyOutlined />} loading={busy} onClick={onPasskey} style={{ marginBottom: 16 }}>{words.passkeySecond}</Button>}
      {paper === "code" && (
        <Form.Item name="code" label={words.code} extra={words.codeHint}>
          <Input prefix={<SafetyOutlined />} autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={8} />
        </Form.Item>
      )}
      {paper === "recovery" && (
        <Form.Item name="recovery_code" label={words.recovery} extra={words.recoveryHint}>
          <Input prefix={<SafetyOutlined />} autoFocus autoComplete="off" spellCheck={false} maxLength={60} />
        </Form.Item>
      )}
      <p className="small" style={{ marginBottom: 16 }}>
        {paper !== "recovery" && ways.includes("recovery") && <button type="button" className="plain" style={{ color: "var(--primary)" }} onClick={() => turn("recovery")}>{words.useRecovery}</button>}
        {paper === "recovery" && code && <button type="button" className="plain" style={{ color: "var(--primary)" }} onClick={() => turn("code")}>{words.useCode}</button>}
      </p>
    </>
  );
}

export function Refusal({ thrown }: { thrown: unknown }) {
  const told = useProblemWords()(thrown);
  return <Alert type="error" showIcon title={told.title} description={told.next} style={{ marginBottom: 16 }} />;
}
