/** Recovery codes: how many are left, new ones, and the one moment in which they are shown. */
import { App, Button, Card, Input, Modal } from "antd";
import { useState } from "react";
import { call } from "../../frame/api";
import { useWords } from "../../frame/words";
import { securityWords } from "../../words/security";
import { Prove } from "./Prove";
import type { SecurityShape } from "./shapes";

export function Recovery({ of, onCodes }: { of: SecurityShape; onCodes: (codes: string[]) => void }) {
  const words = useWords(securityWords).recovery;
  const [asks, ask] = useState<"new" | null>(null);
  const left = of.recovery_codes_left;
  return (
    <Card size="small" title={words.title} extra={left > 0 ? words.left(left) : words.none}>
      <p className="quiet" style={{ marginBottom: 12 }}>{words.why}</p>
      <Button onClick={() => ask("new")}>{words.make}</Button>
      {asks && (
        <Prove<object> title={words.make} passkeys={of.passkeys.length > 0} deed={async (proof) => onCodes((await call("POST /me/recovery-codes", { body: proof })).recovery_codes)} done={words.make} onClose={() => ask(null)}>
          <p style={{ marginBottom: 12 }}>{words.makeHint}</p>
        </Prove>
      )}
    </Card>
  );
}

/** The codes, shown once; a slip outside the dialog or a key must not lose them. */
export function CodesOnce({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const words = useWords(securityWords).recovery;
  const { message } = App.useApp();
  const text = codes.join("\n");
  const copy = () => navigator.clipboard.writeText(text).then(() => message.success(words.copied), () => message.warning(words.copyFailed));
  return (
    <Modal open title={words.once} closable={false} mask={{ closable: false }} keyboard={false} footer={[<Button key="copy" onClick={() => void copy()}>{words.copy}</Button>, <Button key="kept" type="primary" onClick={onClose}>{words.kept}</Button>]}>
      <p style={{ marginBottom: 12 }}>{words.onlyNow}</p>
      <Input.TextArea readOnly autoSize className="mono" aria-label={words.text} value={text} onFocus={(event) => event.target.select()} />
    </Modal>
  );
}
