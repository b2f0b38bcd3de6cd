/** Consent for each channel. A change needs its proof; a refusal is respected everywhere within a second. */
import { Button, Input, Modal, Segmented } from "antd";
import { useState } from "react";
import type { ConsentRow, CustomerPage } from "../frame/shapes";
import { call } from "../frame/api";
import { useWords, wordFor } from "../frame/words";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { useChange } from "./useChange";

const stateOf = ({ state }: ConsentRow) => (state === "given" || state === "refused" ? state : "unknown");
const MARKS = { given: "✓", refused: "✗", unknown: "?" } as const;

export function ConsentList({ customer }: { customer: CustomerPage }) {
  const words = useWords(customerWords).page;
  const parts = useWords(partsWords);
  const [open, setOpen] = useState<ConsentRow | null>(null);
  return (
    <div className="row wrap" style={{ gap: 4 }}>
      {customer.consents.map((consent) => (
        <Button key={consent.channel} size="small" danger={consent.state === "refused"} type={consent.state === "unknown" ? "dashed" : "default"} onClick={() => setOpen(consent)}>
          {wordFor(parts.channels, consent.channel)} {MARKS[stateOf(consent)]} <span className="unseen">{words[stateOf(consent)]}</span>
        </Button>
      ))}
      {open && <ConsentDialog customer={customer} consent={open} onClose={() => setOpen(null)} />}
    </div>
  );
}

function ConsentDialog({ customer, consent, onClose }: { customer: CustomerPage; consent: ConsentRow; onClose: () => void }) {
  const words = useWords(customerWords).page;
  const parts = useWords(partsWords);
  const [state, setState] = useState<string>(consent.state === "given" ? "refused" : "given");
  const [proof, setProof] = useState("");
  const save = useChange(
    customer.id,
    () => call("PUT /customers/{id}/consents/{channel}", { path: { id: customer.id, channel: consent.channel }, body: { state, proof: proof.trim() } }),
    () => words.saved,
    onClose,
  );
  return (
    <Modal
      open width={440} title={words.consentTitle(wordFor(parts.channels, consent.channel))} onCancel={onClose} okText={parts.save} cancelText={parts.cancel}
      okButtonProps={{ disabled: !proof.trim(), loading: save.isPending }} onOk={() => save.mutate(undefined)}
    >
      <div className="column">
        <Segmented value={state} onChange={setState} options={[{ value: "given", label: words.given }, { value: "refused", label: words.refused }]} />
        {state === "refused" && <p className="due small">{words.refuseHint}</p>}
        <Input.TextArea autoFocus rows={2} maxLength={500} value={proof} placeholder={words.consentProof} aria-label={words.consentProof} onChange={(event) => setProof(event.target.value)} />
        {!proof.trim() && <p className="quiet small">{words.proofNeeded}</p>}
      </div>
    </Modal>
  );
}
