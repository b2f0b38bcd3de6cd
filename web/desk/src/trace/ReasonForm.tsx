/** A deed that needs a reason. */
import { Form, Input } from "antd";
import { useWords } from "../frame/words";
import { Ask } from "../parts/Ask";
import { traceWords } from "../words/trace";

interface Props {
  readonly title: string;
  readonly hint?: string;
  readonly ok: string;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onGo: (reason: string) => void;
}

export function ReasonForm({ title, hint, ok, busy, onClose, onGo }: Props) {
  const words = useWords(traceWords);
  return (
    <Ask<{ reason: string }> title={title} busy={busy} danger={ok} onClose={onClose} onFinish={({ reason }) => onGo(reason.trim())}>
      {hint && <p className="quiet">{hint}</p>}
      <Form.Item name="reason" label={words.reason} rules={[{ required: true, whitespace: true, min: 2, message: words.reasonNeeded }]}>
        <Input.TextArea autoFocus rows={3} maxLength={2000} />
      </Form.Item>
    </Ask>
  );
}
