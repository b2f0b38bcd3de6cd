/** Who is at the desk shows once more who they are, by password, passkey or at the firm's sign-in, before something grave. */
import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { type ReactNode, useState } from "react";
import { call } from "../../frame/api";
import { type Assertion, knowsPasskeys, showPasskey } from "../../frame/passkeys";
import { goAway } from "../../frame/sso";
import { useWords } from "../../frame/words";
import { Ask } from "../../parts/Ask";
import { securityWords } from "../../words/security";
import { useAct } from "../useOrg";
import { securityQuery } from "./queries";

export interface Proof {
  password?: string;
  passkey?: Assertion;
}

interface Props<T> {
  readonly title: string;
  readonly act?: string;
  readonly first?: Partial<T>;
  /** Whether the person has a passkey to show. */
  readonly passkeys: boolean;
  readonly deed: (filled: T & Proof) => Promise<unknown>;
  readonly done: string;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

export function Prove<T extends object>({ title, act, first, passkeys, deed, done, onClose, children }: Props<T>) {
  const words = useWords(securityWords);
  const [passkey, keep] = useState<Assertion>();
  const show = useAct(async () => keep(await showPasskey()), "");
  const save = useAct((filled: T & Proof) => deed(passkey ? { ...filled, password: undefined, passkey } : filled), done, onClose);
  return (
    <Ask<T & Proof> title={title} danger={act} first={first as Partial<T & Proof>} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      {children}
      {!passkey && (
        <Form.Item name="password" label={words.prove.password} extra={words.prove.passwordHint}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
      )}
      {passkeys && knowsPasskeys() && !passkey && <Button onClick={() => show.mutate(undefined as never)} loading={show.isPending}>{words.prove.passkey}</Button>}
      {!passkey && <AtTheFirm />}
    </Ask>
  );
}

/** For who has no password here: leaves the desk, signs in once more at the firm's own sign-in and comes back to this page. */
function AtTheFirm() {
  const words = useWords(securityWords).prove;
  const ways = useQuery({ queryKey: ["org", "ways"], queryFn: () => call("GET /session/ways") });
  const security = useQuery(securityQuery);
  const again = useAct(async () => goAway((await call("POST /session/sso", { query: { again: true } })).url, location.pathname + location.search), "");
  const title = ways.data?.sso;
  if (!title || !security.data?.sso.length) return null;
  return (
    <div style={{ marginTop: 8 }}>
      <Button onClick={() => again.mutate(undefined as never)} loading={again.isPending}>{words.again(title)}</Button>
      <p className="small quiet" style={{ marginTop: 4 }}>{words.againHint}</p>
    </div>
  );
}
