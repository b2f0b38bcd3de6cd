/** An agreement that is added by hand, or put right: what it is, what it costs, from when until when. */
import { Form, type FormRule, Input, InputNumber, Select } from "antd";
import { call } from "../frame/api";
import type { AgreementRow } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { Ask } from "../parts/Ask";
import { useDayText } from "../parts/Day";
import { DayField } from "../parts/DayField";
import { signOf } from "../parts/Money";
import { Overtaken } from "../parts/Overtaken";
import { useUndo } from "../parts/UndoToast";
import { useSeen } from "../parts/useSeen";
import { customerWords } from "../words/customer";
import { holdingWords } from "../words/holding";
import { bodyOf, DAYS, type Filled, saidOf } from "./agreement";
import { useChange } from "./useChange";

const KINDS = ["policy", "vehicle_cover", "telecom_plan", "loan", "membership"];
const STATES = ["active", "pending", "lapsed", "ended"];
const MONTHS = [12, 6, 3, 1, 0];
const FRESH: Filled = { kind: "policy", status: "active", pay_every_months: 12 };

/** Saves what was filled in: a new agreement can be taken back for ten seconds; of a known one is told what somebody changed meanwhile. */
function useSave(customer: string, agreement: AgreementRow | undefined, names: Names, onClose: () => void) {
  const words = useWords(holdingWords).agreement;
  const offerUndo = useUndo();
  const seen = useSeen<AgreementRow>({
    first: agreement,
    list: { queryKey: ["customer", "one", customer, "agreements"], queryFn: async () => (await call("GET /customers/{id}", { path: { id: customer } })).agreements as unknown as AgreementRow[] },
    is: (one) => one.id === agreement?.id,
    said: (one) => saidOf(one, words, names),
  });
  const takeBack = useChange(customer, (id: string) => call("DELETE /customers/{id}/agreements/{agreement}", { path: { id: customer, agreement: id } }), () => words.takenBack);
  const save = useChange(
    customer,
    async (filled: Filled) => {
      const body = bodyOf(filled, agreement);
      if (agreement) return seen.save<unknown>((version) => call("PUT /customers/{id}/agreements/{agreement}", { path: { id: customer, agreement: agreement.id }, version, body }));
      const made = (await call("POST /customers/{id}/agreements", { path: { id: customer }, body })) as { id: string };
      return offerUndo(words.added(names.title(filled)), () => takeBack.mutate(made.id));
    },
    () => (agreement ? words.saved : null),
    onClose,
  );
  return { save, theirs: seen.theirs };
}

/** The words for what an agreement is. */
interface Names {
  readonly title: (of: Filled) => string;
  readonly kind: (value: string) => string;
  readonly status: (value: string) => string;
  readonly every: (months: string) => string;
  readonly day: (day: string) => string;
}

function useNames(): Names {
  const words = useWords(holdingWords).agreement;
  const names = useWords(customerWords);
  const day = useDayText();
  const kind = (value: string) => wordFor(names.agreementKinds, value);
  return {
    title: (of) => of.product?.trim() || of.number?.trim() || kind(of.kind),
    kind,
    status: (value) => wordFor(names.agreementStates, value),
    every: (months) => words.everyMonths[months] ?? words.months(Number(months)),
    day,
  };
}

export function AgreementForm({ customer, agreement, onClose }: { customer: string; agreement?: AgreementRow; onClose: () => void }) {
  const words = useWords(holdingWords).agreement;
  const names = useNames();
  const { save, theirs } = useSave(customer, agreement, names, onClose);
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
    <Ask<Filled> title={agreement ? words.edit(names.title(agreement)) : words.add} of={agreement && "on file"} first={first} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Overtaken by={theirs} />
      {!agreement && <p className="quiet small" style={{ marginBottom: 12 }}>{words.hint}</p>}
      <div className="ask-fields">
        <Form.Item name="kind" label={words.kind}><Select autoFocus options={KINDS.map((value) => ({ value, label: names.kind(value) }))} /></Form.Item>
        <Form.Item name="status" label={words.status}><Select options={STATES.map((value) => ({ value, label: names.status(value) }))} /></Form.Item>
        <Form.Item name="product" label={words.product} dependencies={["number"]} rules={[{ max: 200 }, named]}><Input placeholder={words.productHint} /></Form.Item>
        <Form.Item name="number" label={words.number} rules={[{ max: 100 }]}><Input autoComplete="off" /></Form.Item>
        <Form.Item noStyle dependencies={["kind"]}>
          {({ getFieldValue }) => getFieldValue("kind") === "vehicle_cover" && <Form.Item name="plate" label={words.plate} rules={[{ max: 20 }]}><Input autoComplete="off" /></Form.Item>}
        </Form.Item>
        <Form.Item name="amount" label={words.premium}><InputNumber prefix={signOf(agreement?.premium.currency)} min={0} max={1_000_000_000} precision={2} style={{ width: "100%" }} /></Form.Item>
        <Form.Item name="pay_every_months" label={words.every}><Select options={months.map((value) => ({ value, label: names.every(String(value)) }))} /></Form.Item>
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
