/** One thing that the customer said about being contacted: for which purpose, how, by whom, and what proves it. */
import { Checkbox, Input, Modal, Segmented, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ConsentRow, CustomerPage } from "../frame/shapes";
import { call } from "../frame/api";
import { useWords, wordFor } from "../frame/words";
import { purposesQuery } from "../rights/queries";
import { shutByText } from "../parts/shutBy";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { rightsWords } from "../words/rights";
import { useChange } from "./useChange";

export function ConsentDialog({ customer, consent, onClose }: { customer: CustomerPage; consent: ConsentRow; onClose: () => void }) {
  const words = useWords(customerWords).page;
  const rights = useWords(rightsWords);
  const parts = useWords(partsWords);
  const { data: purposes } = useQuery(purposesQuery);
  const [state, setState] = useState<string>(consent.state === "given" ? "refused" : "given");
  const [purpose, setPurpose] = useState("every");
  const [how, setHow] = useState("call");
  const [guardian, setGuardian] = useState(false);
  const [proof, setProof] = useState("");
  const told = purposes?.find((one) => one.key === purpose);
  const body = { state, proof: proof.trim(), purpose, how, by: guardian ? "guardian" : "customer", text_version: told?.text_version ?? "" };
  const save = useChange(
    customer.id,
    () => call("PUT /customers/{id}/consents/{channel}", { path: { id: customer.id, channel: consent.channel }, body }),
    () => words.saved,
    onClose,
  );
  const options = [{ value: "every", label: rights.every }, ...(purposes ?? []).map((one) => ({ value: one.key, label: one.title }))];
  return (
    <Modal
      open {...shutByText(proof)} width={480} title={words.consentTitle(wordFor(parts.channels, consent.channel))} onCancel={onClose} okText={parts.save} cancelText={parts.cancel}
      okButtonProps={{ disabled: !proof.trim(), loading: save.isPending }} onOk={() => save.mutate(undefined)}
    >
      <div className="column">
        <Segmented block aria-label={words.consentTitle(wordFor(parts.channels, consent.channel))} value={state} onChange={setState} options={[{ value: "given", label: words.given }, { value: "refused", label: words.refused }]} />
        <div className="row" style={{ alignItems: "stretch" }}>
          <label className="field"><span>{rights.purpose}</span><Select value={purpose} onChange={setPurpose} options={options} aria-label={rights.purpose} /></label>
          <label className="field"><span>{rights.how}</span><Select value={how} onChange={setHow} options={Object.entries(rights.hows).map(([value, label]) => ({ value, label }))} aria-label={rights.how} /></label>
        </div>
        {told && state === "given" && <p className="quiet small">{rights.shown(told.text_version)}{parts.colon}{told.text}</p>}
        {state === "refused" && <p className="due small">{words.refuseHint}</p>}
        <Input.TextArea autoFocus rows={2} maxLength={500} value={proof} placeholder={words.consentProof} aria-label={words.consentProof} onChange={(event) => setProof(event.target.value)} />
        <Checkbox checked={guardian} onChange={(event) => setGuardian(event.target.checked)}>{rights.guardian}</Checkbox>
        {!proof.trim() && <p className="quiet small">{words.proofNeeded}</p>}
      </div>
    </Modal>
  );
}
