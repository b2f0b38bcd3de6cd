/** A number the server masked; opens with a reason, which the ledger keeps, for whoever has the right to it. */
import { EyeOutlined } from "@ant-design/icons";
import { App, Button, Input, Modal, Space } from "antd";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";
import { useProblemWords } from "./problemWords";
import { shutByText } from "./shutBy";

/** How long an opened number stays on the screen. */
const SHOWN_MS = 60_000;

export function Masked({ customer, point, masked }: { customer: string; point: string; masked: string }) {
  const words = useWords(partsWords);
  const told = useProblemWords();
  const opens = useMe().permissions.includes("customers.unmask");
  const { message } = App.useApp();
  // Most numbers are never opened: their dialog is not there before somebody asks.
  const [asking, ask] = useState<"asking" | "closed" | "">("");
  const [reason, setReason] = useState("");
  const [value, setValue] = useState<string | null>(null);
  const open = useMutation({
    mutationFn: () => call("POST /customers/{id}/unmasking", { path: { id: customer }, body: { contact_point_id: point, reason: reason.trim() } }),
    onSuccess: (answer) => {
      setValue(answer.value);
      ask("closed");
      void message.success(words.shown);
    },
    onError: (thrown) => void message.error(told(thrown).title),
  });
  useEffect(() => {
    if (value === null) return;
    const timer = setTimeout(() => setValue(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return (
    <span className="row" style={{ display: "inline-flex", gap: 2 }}>
      <span className="money">{value ?? masked}</span>
      {opens && value === null && <Button type="text" size="small" aria-label={words.show} title={words.show} icon={<EyeOutlined />} onClick={() => { setReason(""); ask("asking"); }} />}
      {asking && (
        <Modal
          open={asking === "asking"} {...shutByText(reason)} title={words.showWhy} okText={words.showDo} cancelText={words.cancel} width={440} destroyOnHidden
          okButtonProps={{ disabled: reason.trim().length < 2, loading: open.isPending }} onOk={() => open.mutate()} onCancel={() => ask("closed")}
        >
          <Space wrap size={4} style={{ marginBottom: 8 }}>
            {words.showReasons.map((text) => <Button key={text} size="small" onClick={() => setReason(text)}>{text}</Button>)}
          </Space>
          <Input.TextArea autoFocus rows={2} maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
          <p className="quiet small" style={{ marginTop: 4 }}>{words.showHint}</p>
        </Modal>
      )}
    </span>
  );
}
