/** Recovery codes: how many are left, new ones, and the one moment in which they are shown. */
import { Button, Card } from "antd";
import { useState } from "react";
import { call } from "../../frame/api";
import { useWords } from "../../frame/words";
import { ShownOnce } from "../../parts/ShownOnce";
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

/** The codes, shown once. */
export function CodesOnce({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const words = useWords(securityWords).recovery;
  return <ShownOnce title={words.once} hint={words.onlyNow} label={words.text} text={codes.join("\n")} kept={words.kept} onClose={onClose} />;
}
