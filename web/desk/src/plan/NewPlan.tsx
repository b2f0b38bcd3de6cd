/** Begins a plan of the firm's own as a draft: a fresh one, or a copy of another; it opens to be written. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Form, Input } from "antd";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import type { PlanRow } from "../frame/shapes";
import { inLanguage, useWords } from "../frame/words";
import { Ask } from "../parts/Ask";
import { Shown } from "../parts/states";
import { partsWords } from "../words/parts";
import { planWords } from "../words/plan";
import { FRESH, type Head, headOfCopy, KEY_MOST, withHead } from "./freshPlan";
import { useTextAct } from "./TextParts";
import { planQuery } from "./usePlanText";

export function NewPlan({ of, onClose }: { of: PlanRow | "fresh"; onClose: () => void }) {
  const { begin } = useWords(planWords);
  const { language } = usePreferences();
  const source = useQuery({ ...planQuery(of === "fresh" ? "" : of.id), enabled: of !== "fresh" });
  if (of === "fresh") return <HeadForm title={begin.do} text={FRESH} first={{}} onClose={onClose} />;
  return <Shown of={source} lines={1}>{({ text, key }) => <HeadForm title={begin.copyOf(inLanguage(language, of.title))} text={text} first={headOfCopy(key, text)} onClose={onClose} />}</Shown>;
}

interface Props {
  readonly title: string;
  /** The text that it begins with, but for its head. */
  readonly text: string;
  readonly first: Partial<Head>;
  readonly onClose: () => void;
}

function HeadForm({ title, text, first, onClose }: Props) {
  const { begin } = useWords(planWords);
  const { keyWrong } = useWords(partsWords);
  const navigate = useNavigate();
  const save = useTextAct(
    async (head: Head) => {
      const { id } = await call("POST /plans", { body: { text: withHead(text, head) } });
      void navigate({ to: `/plans/${id}` });
    },
    begin.done,
    onClose,
  );
  return (
    <Ask<Head> title={title} first={first} busy={save.isPending} onClose={onClose} onFinish={(head) => save.mutate(head)}>
      <p className="quiet small" style={{ marginBottom: 12 }}>{begin.hint}</p>
      <Form.Item name="zh" label={begin.zh} rules={[{ required: true, whitespace: true, max: 100 }]}><Input autoFocus /></Form.Item>
      <Form.Item name="en" label={begin.en} rules={[{ required: true, whitespace: true, max: 100 }]}><Input /></Form.Item>
      <Form.Item name="key" label={begin.key} extra={begin.keyHint} rules={[{ required: true }, { pattern: new RegExp(`^[a-z0-9_]{1,${KEY_MOST}}$`), message: keyWrong }]}><Input className="mono" autoComplete="off" /></Form.Item>
    </Ask>
  );
}
