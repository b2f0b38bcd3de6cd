/** A gift of the catalogue as it is written: its names, what one costs, how many there are for a month. */
import { Form, Input, InputNumber, Select } from "antd";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { Ask } from "../parts/Ask";
import { firmMoney, moneyText, signOf } from "../parts/Money";
import { Overtaken } from "../parts/Overtaken";
import { useSeen } from "../parts/useSeen";
import { giftWords } from "../words/gift";
import { partsWords } from "../words/parts";
import { useTextAct } from "./TextParts";

type Gift = components["schemas"]["GiftShape"];
type Kind = components["schemas"]["GiftKind"];

interface Filled {
  key: string;
  zh: string;
  en: string;
  kind: Kind;
  cost: number;
  per_month?: number | null;
}

export function GiftForm({ gift, onClose }: { gift: Gift | "new"; onClose: () => void }) {
  const words = useWords(giftWords);
  const { keyWrong } = useWords(partsWords);
  const isNew = gift === "new";
  const first: Partial<Filled> = isNew ? { kind: "goods" } : { key: gift.key, zh: gift.title.zh, en: gift.title.en, kind: gift.kind, cost: gift.cost_minor / 100, per_month: gift.per_month };
  const seen = useSeen<Gift>({
    first: isNew ? undefined : gift,
    list: { queryKey: ["plan", "gifts"], queryFn: () => call("GET /gifts") },
    is: (one) => !isNew && one.key === gift.key,
    said: (one) => ({ [words.titleZh]: one.title.zh, [words.titleEn]: one.title.en, [words.kind]: words.kinds[one.kind], [words.cost]: moneyText(firmMoney(one.cost_minor), "short"), [words.perMonth]: String(one.per_month ?? words.unlimited) }),
  });
  const save = useTextAct((filled: Filled) => {
    const body = { key: filled.key, title: { zh: filled.zh, en: filled.en }, kind: filled.kind, cost_minor: Math.round(filled.cost * 100), per_month: filled.per_month ?? null };
    return seen.save<unknown>((version) => (isNew ? call("POST /gifts", { body }) : call("PATCH /gifts/{key}", { path: { key: gift.key }, body, version })));
  }, words.saved, onClose);
  const kinds = (Object.keys(words.kinds) as Kind[]).map((value) => ({ value, label: words.kinds[value] }));
  return (
    <Ask<Filled> title={isNew ? words.add : words.edit} of={isNew ? undefined : "on file"} first={first} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Overtaken by={seen.theirs} />
      <Form.Item name="zh" label={words.titleZh} rules={[{ required: true, whitespace: true, max: 60 }]}><Input autoFocus /></Form.Item>
      <Form.Item name="en" label={words.titleEn} rules={[{ required: true, whitespace: true, max: 60 }]}><Input /></Form.Item>
      <Form.Item name="key" label={words.key} extra={words.keyHint} rules={[{ required: true }, { pattern: /^[a-z0-9_]{1,60}$/, message: keyWrong }]}><Input className="mono" autoComplete="off" disabled={!isNew} /></Form.Item>
      <Form.Item name="kind" label={words.kind}><Select options={kinds} /></Form.Item>
      <Form.Item name="cost" label={words.cost} rules={[{ required: true }]}><InputNumber prefix={signOf()} min={0} max={1_000_000} precision={2} style={{ width: 160 }} /></Form.Item>
      <Form.Item name="per_month" label={words.perMonth} extra={words.perMonthHint}><InputNumber min={1} max={10_000_000} precision={0} style={{ width: 160 }} /></Form.Item>
    </Ask>
  );
}
