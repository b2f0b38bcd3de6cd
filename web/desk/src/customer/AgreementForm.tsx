/** An agreement that is added by hand, or put right: what it is, what it costs, from when until when. */
import { Form, type FormRule, Input, InputNumber, Select } from "antd";
import { call } from "../frame/api";
import type { AgreementRow } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { Ask } from "../parts/Ask";
import { DayField } from "../parts/DayField";
import { firmMoney, signOf } from "../parts/Money";
import { useUndo } from "../parts/UndoToast";
import { customerWords } from "../words/customer";
import { holdingWords } from "../words/holding";
import { useChange } from "./useChange";

const KINDS = ["policy", "vehicle_cover", "telecom_plan", "loan", "membership"];
const STATES = ["active", "pending", "lapsed", "ended"];
const MONTHS = [12, 6, 3, 1, 0];
const DAYS = ["start", "end", "due", "signed", "delivered"] as const;

type Filled = Pick<AgreementRow, "kind" | "status" | "pay_every_months"> & Partial<Pick<AgreementRow, "product" | "number" | "plate" | (typeof DAYS)[number]>> & { amount?: number | null };

const FRESH: Filled = { kind: "policy", status: "active", pay_every_months: 12 };

/** What the server takes: an empty field says nothing. */
function bodyOf(filled: Filled, before?: AgreementRow) {
  const { kind, status, pay_every_months, product, number, plate, amount } = filled;
  const days = Object.fromEntries(DAYS.map((day) => [day, filled[day] || null]));
  const premium = { ...(before?.premium ?? firmMoney(0)), minor: Math.round((amount ?? 0) * 100) };
  return { kind, status, pay_every_months, product: product?.trim() ?? "", number: number?.trim() ?? "", plate: kind === "vehicle_cover" ? (plate?.trim() ?? "") : "", premium, ...days };
}

/** Saves what was filled in: a new agreement can be taken back for ten seconds, a known one is refused if somebody changed it meanwhile. */
function useSave(customer: string, agreement: AgreementRow | undefined, title: (filled: Filled) => string, onClose: () => void) {
  const words = useWords(holdingWords).agreement;
  const offerUndo = useUndo();
  const takeBack = useChange(customer, (id: string) => call("DELETE /customers/{id}/agreements/{agreement}", { path: { id: customer, agreement: id } }), () => words.takenBack);
  return useChange(
    customer,
    async (filled: Filled) => {
      const body = bodyOf(filled, agreement);
      if (agreement) return call("PUT /customers/{id}/agreements/{agreement}", { path: { id: customer, agreement: agreement.id }, version: agreement.version, body });
      const made = (await call("POST /customers/{id}/agreements", { path: { id: customer }, body })) as { id: string };
      offerUndo(words.added(title(filled)), () => takeBack.mutate(made.id));
    },
    () => (agreement ? words.saved : null),
    onClose,
  );
}

export function AgreementForm({ customer, agreement, onClose }: { customer: string; agreement?: AgreementRow; onClose: () => void }) {
  const words = useWords(holdingWords).agreement;
  const names = useWords(customerWords);
  const title = ({ product, number, kind }: Filled) => product?.trim() || number?.trim() || wordFor(names.agreementKinds, kind);
  const save = useSave(customer, agreement, title, onClose);
  const first = agreement ? { ...agreement, amount: agreement.premium.minor / 100 } : FRESH;
  const months = [...new Set([...MONTHS, first.pay_every_months])];
  const notBefore = (other: "start" | "signed", message: string): FormRule => ({ getFieldValue }) => ({
    validator: (_, day?: string) => (day && getFieldValue(other) && day < getFieldValue(other) ? Promise.reject(new Error(message)) : Promise.resolve()),
  });
  const named: FormRule = ({ getFieldValue }) => ({ validator: (_, text?: string) => (text?.trim() || getFieldValue("number")?.trim() ? Promise.resolve() : Promise.reject(new Error(words.named))) });
  const day = (name: (typeof DAYS)[number], after?: { of: "start" | "signed"; wrong: string }) => (
    <Form.Item name={name} label={words[name]} dependencies={after && [after.of]} rules={after && [notBefore(after.of, after.wrong)]}><DayField width="100%" clear="clear" /></Form.Item>
  );
  return (
    <Ask<Filled> title={agreement ? words.edit(title(agreement)) : words.add} first={first} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      {!agreement && <p className="quiet small" style={{ marginBottom: 12 }}>{words.hint}</p>}
      <div className="ask-fields">
        <Form.Item name="kind" label={words.kind}><Select autoFocus options={KINDS.map((value) => ({ value, label: wordFor(names.agreementKinds, value) }))} /></Form.Item>
        <Form.Item name="status" label={words.status}><Select options={STATES.map((value) => ({ value, label: wordFor(names.agreementStates, value) }))} /></Form.Item>
        <Form.Item name="product" label={words.product} dependencies={["number"]} rules={[{ max: 200 }, named]}><Input placeholder={words.productHint} /></Form.Item>
        <Form.Item name="number" label={words.number} rules={[{ max: 100 }]}><Input autoComplete="off" /></Form.Item>
        <Form.Item noStyle dependencies={["kind"]}>
          {({ getFieldValue }) => getFieldValue("kind") === "vehicle_cover" && <Form.Item name="plate" label={words.plate} rules={[{ max: 20 }]}><Input autoComplete="off" /></Form.Item>}
        </Form.Item>
        <Form.Item name="amount" label={words.premium}><InputNumber prefix={signOf(agreement?.premium.currency)} min={0} max={1_000_000_000} precision={2} style={{ width: "100%" }} /></Form.Item>
        <Form.Item name="pay_every_months" label={words.every}><Select options={months.map((value) => ({ value, label: words.everyMonths[String(value)] ?? words.months(value) }))} /></Form.Item>
        <p className="ask-part">{words.dates}</p>
        {day("start")}
        {day("end", { of: "start", wrong: words.endsFirst })}
        {day("due")}
        <p className="ask-part">{words.sale} <span className="quiet small">{words.saleHint}</span></p>
        {day("signed")}
        {day("delivered", { of: "signed", wrong: words.deliveredFirst })}
      </div>
    </Ask>
  );
}
