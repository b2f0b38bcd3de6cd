/** The firm's provider of single sign-on: set, tried and taken away by an administrator. */
import { useQuery } from "@tanstack/react-query";
import { App, Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { call } from "../../frame/api";
import { useWords, wordFor } from "../../frame/words";
import type { components } from "../../generated/api";
import { useInHeadOffice } from "../../parts/HeadOffice";
import { Shown } from "../../parts/states";
import { ssoWords } from "../../words/sso";
import { useAct, useUnits } from "../useOrg";
import { Prove } from "./Prove";
import { securityQuery } from "./queries";

type Settings = components["schemas"]["SsoSettings"];
type Provider = NonNullable<Settings["provider"]>;
type NewProvider = components["schemas"]["NewProvider"];

export function Sso() {
  const words = useWords(ssoWords);
  const settings = useQuery({ queryKey: ["org", "sso"], queryFn: () => call("GET /sso") });
  const changes = useInHeadOffice();
  const [edits, edit] = useState(false);
  return (
    <section style={{ maxWidth: 640, marginTop: 32 }}>
      <h2>{words.title}</h2>
      <p className="quiet" style={{ marginBottom: 12 }}>{words.why}</p>
      <Shown of={settings}>
        {(of) => (
          <>
            {of.provider && <About of={of.provider} redirect={of.redirect_uri} onEdit={changes ? () => edit(true) : undefined} />}
            {!of.provider && (changes ? <Button type="primary" onClick={() => edit(true)}>{words.set}</Button> : <p>{words.notSet}</p>)}
            {edits && <ProviderForm of={of.provider ?? undefined} redirect={of.redirect_uri} onClose={() => edit(false)} />}
          </>
        )}
      </Shown>
    </section>
  );
}

function About({ of, redirect, onEdit }: { of: Provider; redirect?: string | null; onEdit?: () => void }) {
  const words = useWords(ssoWords);
  const { message, modal } = App.useApp();
  const units = useUnits();
  const test = useAct(async () => {
    const told = await call("POST /sso/trial");
    if (told.fits) void message.success(`${words.fits(told.algorithms.join(", "))} ${told.signs_out ? "" : words.signsOutNot}`);
    else void message.warning(words.fails(wordFor(words.reasons, told.why ?? "")));
  });
  const remove = useAct(() => call("DELETE /sso"), words.removed);
  const unit = units.data?.find((one) => one.id === of.newcomer_unit_id)?.name;
  const lines = [
    [words.name, of.title],
    [words.issuer, of.issuer],
    [words.clientId, `${of.client_id} · ${of.has_secret ? words.hasSecret : words.noSecret}`],
    [words.scopes, of.scopes],
    [words.claim, of.claim || words.nobody],
    [words.newcomers, unit ?? words.never],
    [words.redirect, redirect ?? words.noRedirect],
  ];
  return (
    <>
      <dl className="sso-about">{lines.map(([name, value]) => <div key={name}><dt className="quiet">{name}</dt><dd>{value}</dd></div>)}</dl>
      {onEdit && <div className="row wrap" style={{ gap: 8, marginTop: 12 }}>
        <Button onClick={onEdit}>{words.change}</Button>
        <Button loading={test.isPending} onClick={() => test.mutate(undefined as never)}>{words.try}</Button>
        <Button danger onClick={() => modal.confirm({ title: words.removeTitle, content: words.removeWhy, okText: words.remove, okButtonProps: { danger: true }, onOk: () => remove.mutateAsync(undefined as never).catch(() => undefined) })}>{words.remove}</Button>
      </div>}
    </>
  );
}

function ProviderForm({ of, redirect, onClose }: { of?: Provider; redirect?: string | null; onClose: () => void }) {
  const words = useWords(ssoWords);
  const security = useQuery(securityQuery);
  const units = useUnits();
  const first: Partial<NewProvider> = of ? { title: of.title, issuer: of.issuer, client_id: of.client_id, scopes: of.scopes, claim: of.claim, newcomer_unit_id: of.newcomer_unit_id } : { scopes: "openid profile email", claim: "preferred_username" };
  // An empty secret keeps the one that is there.
  const save = ({ password, passkey, client_secret, ...provider }: NewProvider & { password?: string; passkey?: never }) =>
    call("PUT /sso", { body: { provider: { ...provider, client_secret: client_secret || undefined }, proof: { password, passkey } } });
  return (
    <Prove<NewProvider> title={words.set} first={first} passkeys={(security.data?.passkeys.length ?? 0) > 0} deed={(filled) => save(filled as never)} done={words.saved} onClose={onClose}>
      <Form.Item name="title" label={words.name} rules={[{ required: true, whitespace: true, max: 60 }]}><Input autoFocus autoComplete="off" /></Form.Item>
      <Form.Item name="issuer" label={words.issuer} extra={words.issuerHint} rules={[{ required: true, whitespace: true }]}><Input inputMode="url" autoComplete="off" spellCheck={false} placeholder="https://" /></Form.Item>
      <Form.Item name="client_id" label={words.clientId} rules={[{ required: true, whitespace: true }]}><Input autoComplete="off" spellCheck={false} /></Form.Item>
      <Form.Item name="client_secret" label={words.secret} extra={of?.has_secret ? words.secretKept : words.secretHint}><Input.Password autoComplete="off" visibilityToggle={false} /></Form.Item>
      <Form.Item name="scopes" label={words.scopes}><Input autoComplete="off" spellCheck={false} /></Form.Item>
      <Form.Item name="claim" label={words.claim} extra={words.claimHint}><Input autoComplete="off" spellCheck={false} /></Form.Item>
      <Form.Item name="newcomer_unit_id" label={words.newcomers} extra={words.newcomersHint}>
        <Select allowClear showSearch optionFilterProp="label" placeholder={words.never} options={(units.data ?? []).map((unit) => ({ value: unit.id, label: unit.name }))} />
      </Form.Item>
      <p className="small quiet" style={{ marginBottom: 16, wordBreak: "break-all" }}>{words.redirect}: {redirect ?? words.noRedirect}</p>
    </Prove>
  );
}
