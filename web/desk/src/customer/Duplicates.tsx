/** On the customer page: who else may be the same person, and the records that were merged into this one. */
import { App, Button, Input, Modal } from "antd";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CustomerPage } from "../frame/shapes";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { Day, dayOf, useDayText } from "../parts/Day";
import { shutByText } from "../parts/shutBy";
import { ErrorLine, Shown } from "../parts/states";
import { mergeWords } from "../words/merge";
import { partsWords } from "../words/parts";
import { duplicatesQuery, mergesQuery, splitQuery, useSplit } from "./merge";

/** Who may change customers: the others are not asked to compare records. */
const EDITORS = new Set(["hq", "channel_lead", "maintainer", "specialist"]);

export function Duplicates({ customer }: { customer: CustomerPage }) {
  const words = useWords(mergeWords);
  const me = useMe();
  const edits = EDITORS.has(me.role);
  const said = useDayText();
  const likely = useQuery({ ...duplicatesQuery(customer.id), enabled: edits });
  const merges = useQuery(mergesQuery(customer.id));
  const [parting, part] = useState<{ id: string; name: string } | null>(null);
  return (
    <>
      {[likely, merges].map((one, i) => one.error && !one.data && <ErrorLine key={i} thrown={one.error} onRetry={() => void one.refetch()} />)}
      {(likely.data ?? []).length > 0 && (
        <section>
          <h3 className="due">{words.maybe}<span>{likely.data?.length}</span></h3>
          <ul className="holds">
            {likely.data?.map((one) => (
              <li key={one.id}>
                <span style={{ minWidth: 0 }}>
                  <Link to={`/customers/${one.id}`}>{one.name || one.phone_masked}</Link>
                  <span className="quiet small" style={{ display: "block" }}>{[...one.by.map((by) => wordFor(words.by, by)), one.owner?.name ?? one.unit?.name].filter(Boolean).join(" · ")}</span>
                </span>
                <span className="quiet">{one.points}</span>
                <Link to={`/customers/${customer.id}/merge`} search={{ other: one.id }} aria-label={words.openFor(one.name)}>{words.open}</Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {(merges.data ?? []).length > 0 && (
        <section>
          <h3>{words.parts}<span>{merges.data?.length}</span></h3>
          <ul className="holds">
            {merges.data?.map((one) => (
              <li key={one.id}>
                <span style={{ minWidth: 0 }}>{one.name}<span className="quiet small" style={{ display: "block" }}>{words.partOf(one.by, said(dayOf(new Date(one.at))))}{one.reason && ` · ${one.reason}`}</span></span>
                <span />
                {edits ? <Button size="small" aria-label={words.splitFor(one.name)} onClick={() => part(one)}>{words.split}</Button> : <span />}
              </li>
            ))}
          </ul>
        </section>
      )}
      {parting && <SplitDialog customer={customer.id} part={parting} onClose={() => part(null)} />}
    </>
  );
}

function SplitDialog({ customer, part, onClose }: { customer: string; part: { id: string; name: string }; onClose: () => void }) {
  const words = useWords(mergeWords);
  const { channels, and } = useWords(partsWords);
  const { message } = App.useApp();
  const seen = useQuery(splitQuery(customer, part.id));
  const [reason, setReason] = useState("");
  const split = useSplit(() => {
    void message.success(words.splitDone(part.name));
    onClose();
  });
  const version = seen.data?.version;
  const send = () => version !== undefined && split.mutate({ id: customer, version, merged_id: part.id, reason: reason.trim() });
  return (
    <Modal open {...shutByText(reason)} title={words.splitTitle(part.name)} okText={words.split} okButtonProps={{ disabled: reason.trim().length < 2 || version === undefined, loading: split.isPending }} onOk={send} onCancel={onClose}>
      <Shown of={seen} lines={4}>
        {(preview) => (
          <div className="column">
            <p>{words.back}: {preview.moves.filter((line) => line.count > 0).map((line) => `${wordFor(words.what, line.what)} ${line.count}`).join(" · ") || words.nothing}</p>
            {preview.fields_back.length > 0 && <p>{words.fieldsBack(preview.fields_back.join(and))}</p>}
            {preview.fields_stay.length > 0 && <p className="due">{words.fieldsStay(preview.fields_stay.join(and))}</p>}
            {preview.since > 0 && <p>{words.since(preview.since)}</p>}
            {preview.refused.length > 0 && <p className="risk">{words.refusedBoth(preview.refused.map((one) => wordFor(channels, one)).join(and))}</p>}
            <p className="quiet small"><Day day={preview.merged.at.slice(0, 10)} weekday="plain" /> {preview.merged.reason}</p>
            <Input autoFocus maxLength={400} value={reason} placeholder={words.splitReason} aria-label={words.splitReason} onChange={(event) => setReason(event.target.value)} onPressEnter={() => reason.trim().length >= 2 && send()} />
          </div>
        )}
      </Shown>
    </Modal>
  );
}
