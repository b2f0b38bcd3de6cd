/**
 * Records that a bill, or the due day of an agreement, was paid: proposed in full and today; for ten seconds it can be taken
 * back. Where another currency is owed, what arrived is entered in the firm's.
 */
import { Form, InputNumber } from "antd";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import type { MoneyShape } from "../frame/shapes";
import { useWords } from "../frame/words";
import { Ask } from "../parts/Ask";
import { DayField } from "../parts/DayField";
import { moneyText, signOf } from "../parts/Money";
import { useUndo } from "../parts/UndoToast";
import { customerWords } from "../words/customer";
import { paidAs, proposed } from "./paid";
import { useChange } from "./useChange";

/** What is paid: the one or the other. */
export interface Owed {
  readonly title: string;
  readonly amount: MoneyShape;
  readonly bill_id?: string;
  readonly agreement_id?: string;
}

interface Filled {
  amount: number;
  paid_on: string;
}

export function PaymentForm({ customer, owed, onClose }: { customer: string; owed: Owed; onClose: () => void }) {
  const words = useWords(customerWords).payment;
  const { today } = useMe();
  const offerUndo = useUndo();
  const { amount: full, title, ...settles } = owed;
  const pay = useChange(
    customer,
    ({ amount, paid_on }: Filled) => call("POST /customers/{id}/payments", { path: { id: customer }, body: { ...settles, paid_on, amount: paidAs(amount) } }),
    () => null,
    onClose,
  );
  const takeBack = useChange(customer, (payment: string) => call("DELETE /customers/{id}/payments/{payment}", { path: { id: customer, payment } }), () => words.takenBack);
  const save = async (filled: Filled) => {
    const made = (await pay.mutateAsync(filled)) as unknown as { id: string };
    offerUndo(words.done, () => takeBack.mutate(made.id));
  };
  const all = proposed(full);
  return (
    <Ask<Filled> title={`${words.record} · ${title}`} first={{ amount: all, paid_on: today }} busy={pay.isPending} onClose={onClose} onFinish={(filled) => void save(filled).catch(() => undefined)}>
      <Form.Item name="amount" label={words.amount} rules={[{ required: true }]} extra={all === undefined ? words.inYuan(moneyText(full)) : undefined}><InputNumber autoFocus prefix={signOf()} min={0.01} max={1_000_000_000} precision={2} style={{ width: "100%" }} /></Form.Item>
      <Form.Item name="paid_on" label={words.day} rules={[{ required: true }]}><DayField width="100%" max={today} /></Form.Item>
    </Ask>
  );
}
