/** A message template as it is written: its channel and wordings, checked while one types. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { Overtaken } from "../parts/Overtaken";
import { shutBy } from "../parts/shutBy";
import { useUnchanged } from "../parts/unchanged";
import { useSeen } from "../parts/useSeen";
import { partsWords } from "../words/parts";
import { textWords } from "../words/text";
import { blank, bothSaid, BothWordsField, RemoveButton, replaced, useProblems, useTextAct, without } from "./TextParts";
import "./texts.css";

type Template = components["schemas"]["TemplateShape"];
type Body = components["schemas"]["TemplateBody"];

const CHANNELS = ["sms", "wechat", "mail"] as const;

export function TemplateForm({ template, onClose }: { template: Template | "new"; onClose: () => void }) {
  const words = useWords(textWords);
  const common = useWords(partsWords);
  const asItWas = useUnchanged(onClose);
  const isNew = template === "new";
  const [begun] = useState<Body>(isNew ? { key: "", channel: "sms", wordings: [blank()] } : { key: template.key, channel: template.channel, wordings: template.wordings });
  const [body, write] = useState(begun);
  const problems = useProblems(body, (asked, signal) => call("POST /templates/check", { body: asked, signal }));
  const seen = useSeen<Template>({
    first: isNew ? undefined : template,
    list: { queryKey: ["plan", "templates"], queryFn: () => call("GET /templates") },
    is: (one) => !isNew && one.key === template.key,
    said: (one) => ({ [words.channel]: wordFor(common.channels, one.channel), ...Object.fromEntries(one.wordings.map((both, at) => [words.wording(at + 1), bothSaid(both)])) }),
  });
  const save = useTextAct(() => seen.save<unknown>((version) => (isNew ? call("POST /templates", { body }) : call("PATCH /templates/{key}", { path: { key: template.key }, body, version }))), words.saved, onClose);
  const ready = /^[a-z0-9_]{1,60}$/.test(body.key) && problems.length === 0 && body.wordings.every((one) => one.zh.trim() && one.en.trim());
  return (
    <Modal open width={860} title={isNew ? words.addTemplate : <span className="mono">{body.key}</span>} okText={common.save} cancelText={common.cancel} okButtonProps={{ disabled: !ready }} confirmLoading={save.isPending} {...shutBy(body === begun ? "untouched" : "written", "stays")} onOk={() => (body === begun && !isNew ? asItWas() : save.mutate(undefined))} onCancel={onClose}>
      <Overtaken by={seen.theirs} />
      <Form layout="vertical" requiredMark={false}>
        {isNew && <Form.Item label={words.key} extra={words.keyHint} htmlFor="text-key"><Input id="text-key" autoFocus className="mono" autoComplete="off" value={body.key} onChange={(event) => write({ ...body, key: event.target.value.toLowerCase() })} /></Form.Item>}
        <Form.Item label={words.channel} htmlFor="text-channel"><Select id="text-channel" style={{ width: 200 }} value={body.channel} options={[...new Set([...CHANNELS, body.channel])].map((value) => ({ value, label: common.channels[value as keyof typeof common.channels] ?? value }))} onChange={(channel: string) => write({ ...body, channel })} /></Form.Item>
      </Form>
      <p className="quiet small">{words.placeholders}</p>
      {body.wordings.map((wording, at) => (
        <div key={at} className="text-part">
          <BothWordsField label={words.wording(at + 1)} place={`wordings.${at}`} value={wording} problems={problems} onChange={(value) => write({ ...body, wordings: replaced(body.wordings, at, value) })} />
          {body.wordings.length > 1 && <RemoveButton label={words.removeWording(at + 1)} onClick={() => write({ ...body, wordings: without(body.wordings, at) })} />}
        </div>
      ))}
      {body.wordings.length < 20 && <Button size="small" icon={<PlusOutlined />} onClick={() => write({ ...body, wordings: [...body.wordings, blank()] })}>{words.addWording}</Button>}
    </Modal>
  );
}
