/** The page of a person who owes something before the desk opens: a password that nobody else knows, or the second factor that the firm demands. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Card } from "antd";
import { useState } from "react";
import { knowsPasskeys } from "../../frame/passkeys";
import { useMe, useSignOut } from "../../frame/session";
import { useWords } from "../../frame/words";
import { Shown } from "../../parts/states";
import { securityWords } from "../../words/security";
import { browserName } from "../Sessions";
import { useAct } from "../useOrg";
import { Generator } from "./Generator";
import { addPasskey } from "./Passkeys";
import { OwedPassword } from "./OwedPassword";
import { securityQuery } from "./queries";
import { CodesOnce } from "./Recovery";
import type { SecurityShape } from "./shapes";
import "../../frame/frame.css";
import "./security.css";

export function Owed() {
  return useMe().duty === "set_password" ? <OwedPassword /> : <OwedFactor />;
}

function OwedFactor() {
  const words = useWords(securityWords);
  const client = useQueryClient();
  const leave = useSignOut();
  const security = useQuery(securityQuery);
  const [codes, show] = useState<string[] | null>(null);
  // The desk opens once the codes are kept; until then this page stays.
  const open = () => void client.resetQueries();
  const made = (fresh: string[]) => (fresh.length > 0 ? show(fresh) : open());
  return (
    <div className="sign-in">
      <main className="sign-in-card owed">
        <h1>{words.owed.title}</h1>
        <p className="quiet" style={{ marginBottom: 20 }}>{words.owed.why}</p>
        <Shown of={security}>{(of) => <><First of={of} onCodes={made} /><Generator of={of} proof="given" onCodes={made} /></>}</Shown>
        <div className="sign-in-foot small"><Button type="link" size="small" onClick={() => leave.mutate()}>{words.owed.leave}</Button></div>
        {codes && <CodesOnce codes={codes} onClose={open} />}
      </main>
    </div>
  );
}

function First({ of, onCodes }: { of: SecurityShape; onCodes: (codes: string[]) => void }) {
  const words = useWords(securityWords).passkeys;
  const add = useAct(async (name: string) => onCodes(await addPasskey(name, {})), words.made);
  if (!of.passkeys_possible || !knowsPasskeys()) return null;
  return (
    <Card size="small" title={words.title} style={{ marginBottom: 16 }}>
      <p className="quiet" style={{ marginBottom: 12 }}>{words.why}</p>
      <Button type="primary" loading={add.isPending} onClick={() => add.mutate(browserName(navigator.userAgent) || "passkey")}>{words.add}</Button>
    </Card>
  );
}
