/** Consent for each channel, and where it holds for single purposes only. A refusal is respected everywhere within a second. */
import { Button } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMe } from "../frame/session";
import type { ConsentRow, CustomerPage } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { later } from "../parts/later";
import { consentsQuery } from "../rights/queries";
import { usePurpose } from "../rights/usePurpose";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { rightsWords } from "../words/rights";

const ConsentHistory = later(() => import("../rights/ConsentHistory").then((all) => all.ConsentHistory));
const ConsentDialog = later(() => import("./ConsentDialog").then((all) => all.ConsentDialog));

const stateOf = ({ state }: ConsentRow) => (state === "given" || state === "refused" ? state : "unknown");
const MARKS = { given: "✓", refused: "✗", unknown: "?" } as const;

export function ConsentList({ customer }: { customer: CustomerPage }) {
  const words = useWords(customerWords).page;
  const rights = useWords(rightsWords);
  const parts = useWords(partsWords);
  const purpose = usePurpose();
  const edits = useMe().permissions.includes("customers.edit");
  const { data } = useQuery(consentsQuery(customer.id));
  const [open, setOpen] = useState<ConsentRow | null>(null);
  const [history, showHistory] = useState<"shown" | "hidden">("hidden");
  const said = (consent: ConsentRow) => <>{wordFor(parts.channels, consent.channel)} {MARKS[stateOf(consent)]} <span className="unseen">{words[stateOf(consent)]}</span></>;
  const single = (data?.now ?? []).filter((one) => one.purpose !== "every");
  return (
    <>
      <div className="row wrap" style={{ gap: 4 }}>
        {customer.consents.map((consent) =>
          edits ? (
            <Button key={consent.channel} size="small" danger={consent.state === "refused"} type={consent.state === "unknown" ? "dashed" : "default"} onClick={() => setOpen(consent)}>{said(consent)}</Button>
          ) : (
            <span key={consent.channel} className={consent.state === "refused" ? "label-chip risk" : "label-chip"}>{said(consent)}</span>
          ),
        )}
        <Button size="small" type="link" onClick={() => showHistory("shown")}>{rights.history}</Button>
      </div>
      {single.length > 0 && (
        <ul className="small" style={{ margin: "4px 0 0", paddingLeft: 18 }}>
          {single.map((one) => (
            <li key={one.channel + one.purpose}>
              {wordFor(parts.channels, one.channel)} · {purpose(one.purpose)}{parts.colon}<span className={one.state === "refused" ? "risk" : undefined}>{wordFor(rights.states, one.state)}</span>
            </li>
          ))}
        </ul>
      )}
      {open && <ConsentDialog customer={customer} consent={open} onClose={() => setOpen(null)} />}
      {history === "shown" && <ConsentHistory id={customer.id} onClose={() => showHistory("hidden")} />}
    </>
  );
}
