/** The code generator: six digits from an app, set by scanning and proved by a first code. */
import { useMutation } from "@tanstack/react-query";
import { App, Button, Card, Form, Input, QRCode } from "antd";
import { useState } from "react";
import { call } from "../../frame/api";
import { useWords } from "../../frame/words";
import { useProblemWords } from "../../parts/problemWords";
import { securityWords } from "../../words/security";
import { useAct } from "../useOrg";
import { Prove, type Proof } from "./Prove";
import type { SecurityShape } from "./shapes";

interface Props {
  readonly of: SecurityShape;
  /** Who has just come in to set it proves nothing more. */
  readonly proof: "demanded" | "given";
  readonly onCodes: (codes: string[]) => void;
}

export function Generator({ of, proof, onCodes }: Props) {
  const words = useWords(securityWords).generator;
  const told = useProblemWords();
  const { message } = App.useApp();
  const offer = useMutation({ mutationFn: () => call("POST /me/totp"), onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`) });
  const [asks, ask] = useState<{ code: string } | "drop" | null>(null);
  const keep = async (code: string, shown: Proof) => {
    const set = await call("PUT /me/totp", { body: { secret: offer.data?.secret ?? "", code, ...shown } });
    offer.reset();
    onCodes(set.recovery_codes);
  };
  const confirm = useAct((code: string) => keep(code, {}), words.done);
  const close = () => ask(null);
  return (
    <Card size="small" title={words.title} extra={of.code_generator ? words.on : words.off}>
      <p className="quiet" style={{ marginBottom: 12 }}>{words.why}</p>
      {of.code_generator ? (
        <Button danger onClick={() => ask("drop")}>{words.drop}</Button>
      ) : !offer.data ? (
        <Button onClick={() => offer.mutate()} loading={offer.isPending}>{words.begin}</Button>
      ) : (
        <Form layout="vertical" requiredMark={false} onFinish={({ code }: { code: string }) => (proof === "given" ? confirm.mutate(code) : ask({ code }))}>
          <p style={{ marginBottom: 8 }}>{words.scan}</p>
          <div className="guard-qr" role="img" aria-label={words.qr}><span aria-hidden><QRCode type="svg" value={offer.data.url} size={168} color="#000" bgColor="#fff" /></span></div>
          <p className="mono" style={{ overflowWrap: "anywhere", margin: "8px 0 12px" }}><a href={offer.data.url}>{offer.data.secret}</a></p>
          <Form.Item name="code" label={words.code} rules={[{ required: true, len: 6 }]}><Input inputMode="numeric" autoComplete="one-time-code" style={{ width: 160 }} /></Form.Item>
          <Button type="primary" htmlType="submit" loading={confirm.isPending}>{words.confirm}</Button>
        </Form>
      )}
      {asks === "drop" && <Prove<object> title={words.drop} act={words.drop} passkeys={of.passkeys.length > 0} deed={(shown) => call("DELETE /me/totp", { body: shown })} done={words.dropped} onClose={close} />}
      {asks !== null && asks !== "drop" && <Prove<object> title={words.confirm} passkeys={of.passkeys.length > 0} deed={(shown) => keep(asks.code, shown)} done={words.done} onClose={close} />}
    </Card>
  );
}
