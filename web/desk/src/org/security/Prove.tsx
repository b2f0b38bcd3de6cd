/** Who is at the desk shows once more who they are, by password or passkey, before something grave. */
import { Button, Form, Input } from "antd";
import { type ReactNode, useState } from "react";
import { type Assertion, knowsPasskeys, showPasskey } from "../../frame/passkeys";
import { useWords } from "../../frame/words";
import { Ask } from "../../parts/Ask";
import { securityWords } from "../../words/security";
import { useAct } from "../useOrg";

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
    </Ask>
  );
}
