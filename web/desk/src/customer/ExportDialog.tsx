/** Says which columns leave the firm and what for, shows how many customers and whether somebody else must agree. */
import { App, Input, Modal, Radio, Select } from "antd";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Answer, call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useWords } from "../frame/words";
import { countText } from "../parts/count";
import { useProblemWords } from "../parts/problemWords";
import { shutBy } from "../parts/shutBy";
import { Shown as Answered } from "../parts/states";
import { exportWords } from "../words/export";
import { partsWords } from "../words/parts";
import type { Chosen } from "./bulk";
import { columnsQuery, exportBody, outlookQuery, previewBody, USUAL } from "./exports";
import type { Shown } from "./listAddress";

interface Props {
  readonly chosen: Chosen;
  readonly shown: Shown;
  readonly onClose: () => void;
}

export function ExportDialog({ chosen, shown, onClose }: Props) {
  const words = useWords(exportWords);
  const parts = useWords(partsWords);
  const told = useProblemWords();
  const { message } = App.useApp();
  const [columns, setColumns] = useState<readonly string[]>(USUAL);
  const [format, setFormat] = useState("xlsx");
  const [reason, setReason] = useState("");
  const offered = useQuery(columnsQuery);
  const body = previewBody(chosen, shown, columns);
  const outlook = useQuery(outlookQuery(body));
  const ask = useMutation({
    mutationFn: () => call("POST /exports", { body: exportBody(body!, format, reason) }),
    onSuccess: () => {
      void message.success(words.asked);
      onClose();
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
  const ready = body !== null && outlook.isSuccess && reason.trim().length >= 2;
  return (
    <Modal open {...shutBy(reason.trim() || columns !== USUAL ? "written" : "untouched")} width={560} title={words.ask} onCancel={onClose} onOk={() => ask.mutate()} okText={words.ask} cancelText={parts.cancel} okButtonProps={{ disabled: !ready, loading: ask.isPending }}>
      <div className="column" style={{ gap: 14 }}>
        <label className="column" style={{ gap: 4 }}>
          <span>{words.columns}</span>
          <Select autoFocus mode="multiple" aria-label={words.columns} value={[...columns]} onChange={setColumns} options={(offered.data ?? []).map((one) => ({ value: one.key, label: one.title }))} showSearch={{ optionFilterProp: "label" }} />
        </label>
        <Radio.Group aria-label={words.format} value={format} onChange={(event) => setFormat(event.target.value as string)}>
          {Object.entries(words.formats).map(([key, title]) => <Radio key={key} value={key}>{title}</Radio>)}
        </Radio.Group>
        <label className="column" style={{ gap: 4 }}>
          <span>{words.reason}</span>
          <Input value={reason} maxLength={500} placeholder={words.reasonHint} onChange={(event) => setReason(event.target.value)} />
        </label>
        {body && <Answered of={outlook} lines={2}>{(seen) => <Outlook seen={seen} />}</Answered>}
        <p className="quiet small">{words.watermark}</p>
      </div>
    </Modal>
  );
}

function Outlook({ seen }: { seen: Answer<"POST /exports/preview"> }) {
  const words = useWords(exportWords);
  const { language } = usePreferences();
  return (
    <section className="column" style={{ gap: 4 }} aria-live="polite">
      <p><strong>{words.count(countText(seen.count, language))}</strong></p>
      {seen.objections.length === 0 ? (
        <p className="quiet">{words.alone(countText(seen.left_today, language))}</p>
      ) : (
        <p className="due">{words.second} {seen.objections.map((one) => one.title).join(" ")}</p>
      )}
    </section>
  );
}
