/** The person's accounts at the firm's sign-in, and the linking of one. */
import { useQuery } from "@tanstack/react-query";
import { Button, Card } from "antd";
import { useState } from "react";
import { call } from "../../frame/api";
import { goAway } from "../../frame/sso";
import { useWords } from "../../frame/words";
import { Ago } from "../../parts/Day";
import { ssoWords } from "../../words/sso";
import { Prove } from "./Prove";
import type { SecurityShape } from "./shapes";

export function Accounts({ of }: { of: SecurityShape }) {
  const words = useWords(ssoWords);
  const ways = useQuery({ queryKey: ["org", "ways"], queryFn: () => call("GET /session/ways") });
  const [links, link] = useState(false);
  const title = ways.data?.sso;
  if (!title && of.sso.length === 0) return null;
  return (
    <Card size="small" title={words.accounts}>
      <p className="quiet" style={{ marginBottom: 12 }}>{words.accountsWhy}</p>
      {of.sso.length > 0 && (
        <ul className="guards">
          {of.sso.map((one) => (
            <li key={one.issuer}>
              <span className="guard-name">{one.issuer}<br /><span className="quiet small">{words.linked} <Ago at={one.linked_at} />{one.used_at && <> · {words.used} <Ago at={one.used_at} /></>}</span></span>
            </li>
          ))}
        </ul>
      )}
      {title && <Button onClick={() => link(true)}>{words.link(title)}</Button>}
      {title && links && <Prove<object> title={words.link(title)} passkeys={of.passkeys.length > 0} deed={async (proof) => goAway((await call("POST /me/sso", { body: proof })).url, "/settings?part=account")} done="" onClose={() => link(false)} />}
    </Card>
  );
}
