/** Sign in: name and password, and the second factor's code once the server asks for it. */
import { LockOutlined, SafetyOutlined, UserOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { frameWords } from "../words/frame";
import { call } from "./api";
import type { Me } from "./shapes";
import { landingOf } from "./navigation";
import { prefer, usePreferences } from "./preferences";
import { asProblem } from "./problem";
import { meQuery, welcome } from "./session";
import { useWords } from "./words";
import { useProblemWords } from "../parts/problemWords";
import "./frame.css";

interface Entry { login: string; password: string; code?: string }

export function SignIn() {
  const words = useWords(frameWords);
  const { language } = usePreferences();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { back } = useSearch({ strict: false }) as { back?: string };
  const [factor, setFactor] = useState<"one" | "two">("one");
  const enter = useMutation({
    mutationFn: (entry: Entry) => call("POST /session", { body: { ...entry, login: entry.login.trim(), code: entry.code?.trim() || undefined } }),
    onSuccess: (answer) => {
      const me = welcome(answer as Me);
      client.clear();
      client.setQueryData(meQuery.queryKey, me);
      void navigate({ to: back?.startsWith("/") && back !== "/" ? back : landingOf(me.role, me.landing) });
    },
    onError: (thrown) => {
      if (/(code|factor|totp)/.test(asProblem(thrown).code)) setFactor("two");
    },
  });
  const asksForCode = enter.error && factor === "two" && /(required|needed|missing)/.test(asProblem(enter.error).code);
  return (
    <div className="sign-in">
      <main className="sign-in-card">
        <img src="/icon.svg" width={40} height={40} alt="Tend" />
        <h1>Tend</h1>
        <p className="quiet" style={{ marginBottom: 20 }}>{words.signIn.slogan}</p>
        <Form<Entry> layout="vertical" requiredMark={false} onFinish={(entry) => enter.mutate(entry)} disabled={enter.isPending}>
          <Form.Item name="login" label={words.signIn.login} rules={[{ required: true, message: words.signIn.needLogin }]}>
            <Input prefix={<UserOutlined />} autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item name="password" label={words.signIn.password} rules={[{ required: true, message: words.signIn.needPassword }]}>
            <Input.Password prefix={<LockOutlined />} autoComplete="current-password" />
          </Form.Item>
          {factor === "two" && (
            <Form.Item name="code" label={words.signIn.code} extra={words.signIn.codeHint}>
              <Input prefix={<SafetyOutlined />} autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={8} />
            </Form.Item>
          )}
          {enter.error && !asksForCode && <Refusal thrown={enter.error} />}
          <Button type="primary" htmlType="submit" block loading={enter.isPending}>{words.signIn.enter}</Button>
        </Form>
        <div className="sign-in-foot small">
          <span className="quiet">{words.signIn.forgotten}</span>
          <button type="button" className="plain" style={{ color: "var(--primary)" }} onClick={() => prefer({ language: language === "zh" ? "en" : "zh" })}>{language === "zh" ? "English" : "中文"}</button>
        </div>
      </main>
    </div>
  );
}

function Refusal({ thrown }: { thrown: unknown }) {
  const told = useProblemWords()(thrown);
  return <Alert type="error" showIcon title={told.title} description={told.next} style={{ marginBottom: 16 }} />;
}
