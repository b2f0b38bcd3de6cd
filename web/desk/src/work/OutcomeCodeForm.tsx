/** An outcome code as it is written: its names, whether it counts as reached, what follows from it. */
import { Checkbox, Form, Input, InputNumber, Select } from "antd";
import { call } from "../frame/api";
import { useWords, wordFor } from "../frame/words";
import { Ask } from "../parts/Ask";
import { dayOf, useDayText } from "../parts/Day";
import { Overtaken } from "../parts/Overtaken";
import { useSeen } from "../parts/useSeen";
import { resultWords } from "../words/result";
import { type Code, codesQuery, kindIn, type Row, useCodeAct } from "./codes";

type Filled = Pick<Code, "title_zh" | "title_en" | "reached" | "result" | "needs_note" | "next_days">;

export function OutcomeCodeForm({ row, onClose }: { row: Row; onClose: () => void }) {
  const words = useWords(resultWords);
  const day = useDayText();
  const seen = useSeen<Code>({
    first: row,
    list: { queryKey: [...codesQuery.queryKey, "now", row.kind], queryFn: async () => (await call("GET /outcome-codes"))[row.kind] ?? [] },
    is: (one) => one.code === row.code,
    said: (one) => ({
      [words.titleZh]: one.title_zh, [words.titleEn]: one.title_en, [words.reached]: wordFor(words.yesNo, one.reached), [words.leads]: wordFor(words.results, one.result),
      [words.note]: one.needs_note ? words.needed : "", [words.next]: one.next_days == null ? "" : words.inDays(one.next_days), [words.retired]: one.retired_at ? day(dayOf(new Date(one.retired_at))) : "",
    }),
  });
  const save = useCodeAct(
    (body: Filled) => seen.save<unknown>((version) => call("PATCH /outcome-codes/{business_type}/{code}", { path: { business_type: kindIn(row.kind), code: row.code }, version, body: { ...body, next_days: body.next_days ?? null } })),
    words.saved,
    onClose,
  );
  const choices = (of: Readonly<Record<string, string>>) => Object.entries(of).map(([value, label]) => ({ value, label }));
  return (
    <Ask<Filled> title={words.editTitle(row.title)} of="on file" first={row} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Overtaken by={seen.theirs} />
      <p className="quiet small" style={{ marginBottom: 12 }}>{words.editHint}</p>
      <Form.Item name="title_zh" label={words.titleZh} rules={[{ required: true, whitespace: true, max: 60 }]}><Input autoFocus /></Form.Item>
      <Form.Item name="title_en" label={words.titleEn} rules={[{ required: true, whitespace: true, max: 60 }]}><Input /></Form.Item>
      <Form.Item name="reached" label={words.reached} extra={words.reachedHint}><Select options={choices(words.yesNo)} /></Form.Item>
      <Form.Item name="result" label={words.leads}><Select options={choices(words.results)} /></Form.Item>
      <Form.Item name="next_days" label={words.nextDays} extra={words.nextHint}><InputNumber min={0} max={366} precision={0} style={{ width: 160 }} /></Form.Item>
      <Form.Item name="needs_note" valuePropName="checked"><Checkbox>{words.needsNote}</Checkbox></Form.Item>
    </Ask>
  );
}
