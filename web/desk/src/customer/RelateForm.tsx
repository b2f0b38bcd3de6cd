/** Relates the customer to another one; both pages show it, and for ten seconds it can be taken back. */
import { App, Form, Select } from "antd";
import { useWords } from "../frame/words";
import { Ask } from "../parts/Ask";
import { useUndo } from "../parts/UndoToast";
import { customerWords } from "../words/customer";
import { OtherCustomer } from "./OtherCustomers";
import { type Said, useRelations } from "./useRelations";

const KINDS = ["spouse", "child", "parent", "referrer", "referred", "employer", "employee", "insured", "payer"] as const;

export function RelateForm({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const words = useWords(customerWords);
  const { message } = App.useApp();
  const offerUndo = useUndo();
  const { relate, unrelate } = useRelations(id, onClose);
  const save = async (filled: Said) => {
    const made = await relate.mutateAsync(filled);
    // One that stood before is not taken away by an undo.
    if (made.is_new) offerUndo(words.relate.done, () => unrelate.mutate(made.id));
    else void message.info(words.relate.already);
  };
  return (
    <Ask<Said> title={words.relate.title(name)} first={{ kind: "spouse" }} busy={relate.isPending} onClose={onClose} onFinish={(filled) => void save(filled).catch(() => undefined)}>
      <Form.Item name="other_id" label={words.relate.who} rules={[{ required: true, message: words.relate.whoNeeded }]}><OtherCustomer not={id} /></Form.Item>
      <Form.Item name="kind" label={words.relate.kind(name)}><Select options={KINDS.map((value) => ({ value, label: words.relationKinds[value] ?? value }))} /></Form.Item>
    </Ask>
  );
}
