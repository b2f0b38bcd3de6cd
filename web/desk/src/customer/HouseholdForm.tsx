/** Puts other customers into the household of this one; who came in newly can be taken out again for ten seconds. */
import { Form, Input } from "antd";
import type { CustomerPage } from "../frame/shapes";
import { useWords } from "../frame/words";
import { Ask } from "../parts/Ask";
import { useUndo } from "../parts/UndoToast";
import { holdingWords } from "../words/holding";
import { OtherCustomers } from "./OtherCustomers";
import { useHousehold } from "./useHousehold";

interface Filled {
  members: string[];
  name?: string;
}

export function HouseholdForm({ customer, onClose }: { customer: CustomerPage; onClose: () => void }) {
  const words = useWords(holdingWords).household;
  const offerUndo = useUndo();
  const { join, leave } = useHousehold(customer, onClose);
  const shared = (customer.household?.members.length ?? 0) > 1;
  const save = async ({ members, name }: Filled) => {
    // Of those who are named, some may have lived together before: they stay.
    const { joined } = await join.mutateAsync({ members, name: name?.trim() ?? "" });
    offerUndo(words.joined, () => leave.mutate(joined));
  };
  return (
    <Ask<Filled> title={words.addTitle(customer.name)} busy={join.isPending} onClose={onClose} onFinish={(filled) => void save(filled).catch(() => undefined)}>
      <p className="quiet small" style={{ marginBottom: 12 }}>{words.hint}</p>
      <Form.Item name="members" label={words.who} extra={words.whoHint} rules={[{ required: true, message: words.whoNeeded }]}><OtherCustomers not={customer.id} /></Form.Item>
      {!shared && <Form.Item name="name" label={words.name} extra={words.nameHint} rules={[{ max: 100 }]}><Input autoComplete="off" /></Form.Item>}
    </Ask>
  );
}
