/** One's own passkeys: added, named, taken back. */
import { KeyOutlined } from "@ant-design/icons";
import { Button, Card, Form, Input } from "antd";
import { useState } from "react";
import { call } from "../../frame/api";
import { knowsPasskeys, makePasskey } from "../../frame/passkeys";
import { useWords } from "../../frame/words";
import { Ask } from "../../parts/Ask";
import { Ago } from "../../parts/Day";
import { browserName } from "../Sessions";
import { securityWords } from "../../words/security";
import { useAct } from "../useOrg";
import { Prove, type Proof } from "./Prove";
import type { SecurityShape } from "./shapes";

type Key = SecurityShape["passkeys"][number];
type Chosen = { deed: "add" } | { deed: "rename" | "end"; key: Key } | null;

/** Makes a passkey and keeps it; answers with recovery codes if there were none. */
export async function addPasskey(name: string, proof: Proof): Promise<string[]> {
  const offer = await call("POST /me/passkeys/offer", { body: proof });
  const made = await call("POST /me/passkeys", { body: { name, ...(await makePasskey(offer)) } });
  return made.recovery_codes;
}

export function Passkeys({ of, onCodes }: { of: SecurityShape; onCodes: (codes: string[]) => void }) {
  const words = useWords(securityWords).passkeys;
  const [chosen, choose] = useState<Chosen>(null);
  const close = () => choose(null);
  const possible = of.passkeys_possible && knowsPasskeys();
  return (
    <Card size="small" title={words.title}>
      <p className="quiet" style={{ marginBottom: 12 }}>{words.why}</p>
      {of.passkeys.length === 0 ? <p style={{ marginBottom: 12 }}>{words.none}</p> : (
        <ul className="guards">
          {of.passkeys.map((key) => (
            <li key={key.id}>
              <KeyOutlined aria-hidden />
              <span className="guard-name"><strong>{key.name}</strong>{key.synced && <span className="quiet small"> · {words.synced}</span>}<br />
                <span className="quiet small">{words.created} <Ago at={key.created_at} /> · {key.used_at ? <>{words.used} <Ago at={key.used_at} /></> : words.never}</span>
              </span>
              <Button size="small" aria-label={`${words.rename}: ${key.name}`} onClick={() => choose({ deed: "rename", key })}>{words.rename}</Button>
              <Button size="small" danger aria-label={`${words.end}: ${key.name}`} onClick={() => choose({ deed: "end", key })}>{words.end}</Button>
            </li>
          ))}
        </ul>
      )}
      {possible ? <Button onClick={() => choose({ deed: "add" })}>{words.add}</Button> : <p className="quiet">{of.passkeys_possible ? words.unknown : words.off}</p>}
      {chosen?.deed === "add" && <Add has={of.passkeys.length > 0} onCodes={onCodes} onClose={close} />}
      {chosen?.deed === "rename" && <Rename of={chosen.key} onClose={close} />}
      {chosen?.deed === "end" && <Prove<object> title={words.endTitle(chosen.key.name)} act={words.end} passkeys deed={(proof) => call("DELETE /me/passkeys/{id}", { path: { id: chosen.key.id }, body: proof })} done={words.ended} onClose={close} />}
    </Card>
  );
}

function Add({ has, onCodes, onClose }: { has: boolean; onCodes: (codes: string[]) => void; onClose: () => void }) {
  const words = useWords(securityWords).passkeys;
  const deed = async ({ name, ...proof }: { name: string } & Proof) => onCodes(await addPasskey(name, proof));
  return (
    <Prove<{ name: string }> title={words.add} first={{ name: browserName(navigator.userAgent) }} passkeys={has} deed={deed} done={words.made} onClose={onClose}>
      <Form.Item name="name" label={words.name} extra={words.nameHint} rules={[{ required: true, whitespace: true, max: 60 }]}><Input autoFocus autoComplete="off" /></Form.Item>
    </Prove>
  );
}

function Rename({ of, onClose }: { of: Key; onClose: () => void }) {
  const words = useWords(securityWords).passkeys;
  const save = useAct((body: { name: string }) => call("PATCH /me/passkeys/{id}", { path: { id: of.id }, body }), words.renamed, onClose);
  return (
    <Ask<{ name: string }> title={words.rename} of="on file" first={{ name: of.name }} busy={save.isPending} onClose={onClose} onFinish={(body) => save.mutate(body)}>
      <Form.Item name="name" label={words.name} rules={[{ required: true, whitespace: true, max: 60 }]}><Input autoFocus autoComplete="off" /></Form.Item>
    </Ask>
  );
}
