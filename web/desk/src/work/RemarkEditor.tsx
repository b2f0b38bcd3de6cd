/** A form of remarks as it is edited: its parts in order, what each takes, and how a remark reads in it. */
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Input, Modal, Select } from "antd";
import { type ReactNode, useId, useState } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useWords, wordFor } from "../frame/words";
import { useAct } from "../org/useOrg";
import { shutBy } from "../parts/shutBy";
import { useUnchanged } from "../parts/unchanged";
import { partsWords } from "../words/parts";
import { remarkWords } from "../words/remark";
import { type Both, type Choice, FILLS, filledBy, FRESH, freshKey, ofKind, type Part, PARTS_MOST, sent, written, wrongWith } from "./remarkForm";
import { type Form, remarkFormsQuery } from "./remarkQueries";
import { useBusinessTypes } from "./useBusinessTypes";
import "./remark.css";

/** Saves a form that nobody else changed since it was opened; one that was, is shown first and saved at the second try. */
function useSave(business: string, before: readonly Part[] | null, onClose: () => void) {
  const words = useWords(remarkWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [seen, see] = useState(before);
  const [theirs, show] = useState<readonly Part[] | null>(null);
  const save = useAct(
    async (parts: readonly Part[]) => {
      const now = (await client.fetchQuery({ ...remarkFormsQuery, staleTime: 0 })).find((one) => one.business_type === business)?.parts ?? null;
      if (JSON.stringify(now) !== JSON.stringify(seen)) {
        see(now);
        show(now);
        return "theirs" as const;
      }
      await call("PUT /remark-forms/{business_type}", { path: { business_type: business }, body: { parts: sent(parts) as never } });
      return "saved" as const;
    },
  );
  const act = (parts: readonly Part[]) =>
    save.mutate(parts, {
      onSuccess: (outcome) => {
        if (outcome === "theirs") return;
        void client.invalidateQueries({ queryKey: remarkFormsQuery.queryKey });
        void message.success(words.saved);
        onClose();
      },
    });
  return { act, theirs, busy: save.isPending };
}

export function RemarkEditor({ form, taken, onClose }: { form: Form | "new"; taken: readonly string[]; onClose: () => void }) {
  const words = useWords(remarkWords);
  const common = useWords(partsWords);
  const { language } = usePreferences();
  const asItWas = useUnchanged(onClose);
  const types = useBusinessTypes();
  const free = Object.keys(types).filter((key) => !taken.includes(key));
  const [business, choose] = useState(form === "new" ? (free[0] ?? "") : form.business_type);
  const [begun] = useState<readonly Part[]>(form === "new" ? FRESH : form.parts);
  const [parts, write] = useState(begun);
  const save = useSave(business, form === "new" ? null : form.parts, onClose);
  const wrong = parts.map((_, at) => wrongWith(parts, at));
  const ready = business !== "" && parts.length > 0 && wrong.every((one) => one === null);
  const put = (at: number, part: Part) => write(parts.map((one, place) => (place === at ? part : one)));
  const move = (at: number, by: 1 | -1) => {
    const next = [...parts];
    [next[at], next[at + by]] = [next[at + by]!, next[at]!];
    write(next);
  };
  const fresh = (): Part => ({ key: freshKey(parts, "part"), title: { zh: "", en: "" }, kind: "text", need: "required", choices: [] });
  return (
    <Modal open width={820} title={form === "new" ? words.addTitle : words.editTitle(wordFor(types, business))} okText={common.save} cancelText={common.cancel} okButtonProps={{ disabled: !ready }} confirmLoading={save.busy} {...shutBy(parts === begun ? "untouched" : "written", "stays")} onOk={() => (parts === begun && form !== "new" ? asItWas() : save.act(parts))} onCancel={onClose}>
      {form === "new" && (
        <Labelled title={words.business}>
          {(id) => <><Select id={id} autoFocus style={{ width: 240 }} value={business || undefined} onChange={choose} options={free.map((value) => ({ value, label: wordFor(types, value) }))} /> <span className="quiet small">{free.length > 0 ? words.businessHint : words.taken}</span></>}
        </Labelled>
      )}
      <p className="remark-preview" role="status"><span className="quiet small">{words.preview}</span><br />{written(parts, language, words.sample)}</p>
      {save.theirs && <p className="due small" role="alert">{words.replaced} {written(save.theirs, language, words.sample)} {words.replacedNext}</p>}
      <p className="quiet small">{words.titleHint}</p>
      {parts.map((part, at) => (
        <PartField key={part.key} at={at} part={part} wrong={wrong[at] ?? null} onChange={(next) => put(at, next)}>
          <Button size="small" type="text" icon={<ArrowUpOutlined />} aria-label={words.up(at + 1)} disabled={at === 0} onClick={() => move(at, -1)} />
          <Button size="small" type="text" icon={<ArrowDownOutlined />} aria-label={words.down(at + 1)} disabled={at === parts.length - 1} onClick={() => move(at, 1)} />
          <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={words.removePart(at + 1)} disabled={parts.length === 1} onClick={() => write(parts.filter((_, place) => place !== at))} />
        </PartField>
      ))}
      {parts.length < PARTS_MOST && <Button size="small" icon={<PlusOutlined />} onClick={() => write([...parts, fresh()])}>{words.addPart}</Button>}
    </Modal>
  );
}

function Labelled({ title, children }: { title: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return <div className="remark-field"><label htmlFor={id}>{title}</label>{children(id)}</div>;
}

interface PartProps {
  readonly at: number;
  readonly part: Part;
  readonly wrong: ReturnType<typeof wrongWith>;
  readonly onChange: (part: Part) => void;
  /** The acts on its place. */
  readonly children: ReactNode;
}

function PartField({ at, part, wrong, onChange, children }: PartProps) {
  const words = useWords(remarkWords);
  const title = (language: keyof Both) => (text: string) => onChange({ ...part, title: { ...part.title, [language]: text } });
  const fills = FILLS[part.kind];
  const badLabel = wrong === "label" || wrong === "twice" ? ("error" as const) : undefined;
  return (
    <fieldset className="remark-part">
      <legend>{words.part(at + 1)}</legend>
      <div className="remark-fields">
        <Labelled title={words.titleZh}>{(id) => <Input id={id} status={badLabel} value={part.title.zh} onChange={(event) => title("zh")(event.target.value)} />}</Labelled>
        <Labelled title={words.titleEn}>{(id) => <Input id={id} status={badLabel} value={part.title.en} onChange={(event) => title("en")(event.target.value)} />}</Labelled>
        <Labelled title={words.kind}>{(id) => <Select<Part["kind"]> id={id} value={part.kind} options={(Object.keys(FILLS) as Part["kind"][]).map((value) => ({ value, label: wordFor(words.kinds, value) }))} onChange={(kind) => onChange(ofKind(part, kind))} />}</Labelled>
        <Labelled title={words.fill}>{(id) => <Select<string> id={id} disabled={fills.length === 0} value={part.fill ?? ""} options={[{ value: "", label: words.noFill }, ...fills.map((value) => ({ value: value as string, label: wordFor(words.fills, value) }))]} onChange={(fill) => onChange(filledBy(part, (fill || null) as Part["fill"]))} />}</Labelled>
      </div>
      <div className="remark-acts"><Checkbox checked={part.need === "required"} onChange={(event) => onChange({ ...part, need: event.target.checked ? "required" : "optional" })}>{words.need}</Checkbox>{children}</div>
      {part.kind === "choice" && part.fill !== "channel" && <Choices choices={part.choices} onChange={(choices) => onChange({ ...part, choices })} />}
      {part.kind === "choice" && part.fill === "channel" && <p className="quiet small remark-wide">{words.choices} {part.choices.map((one) => `${one.title.zh} / ${one.title.en}`).join(" · ")}</p>}
      {wrong && <p className="risk small remark-wide" role="status">{words.wrong[wrong]}</p>}
    </fieldset>
  );
}

function Choices({ choices, onChange }: { choices: readonly Choice[]; onChange: (choices: Choice[]) => void }) {
  const words = useWords(remarkWords);
  const put = (at: number, title: Both) => onChange(choices.map((one, place) => (place === at ? { ...one, title } : one)));
  return (
    <div className="remark-wide">
      <p className="quiet small">{words.choices}</p>
      {choices.map(({ key, title }, at) => (
        <div key={key} className="remark-choice">
          <Input size="small" aria-label={`${words.choices} ${at + 1} · ${words.choiceZh}`} placeholder={words.choiceZh} value={title.zh} onChange={(event) => put(at, { ...title, zh: event.target.value })} />
          <Input size="small" aria-label={`${words.choices} ${at + 1} · ${words.choiceEn}`} placeholder={words.choiceEn} value={title.en} onChange={(event) => put(at, { ...title, en: event.target.value })} />
          <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={words.removeChoice(at + 1)} onClick={() => onChange(choices.filter((_, place) => place !== at))} />
        </div>
      ))}
      <Button size="small" icon={<PlusOutlined />} onClick={() => onChange([...choices, { key: freshKey(choices, "choice"), title: { zh: "", en: "" } }])}>{words.addChoice}</Button>
    </div>
  );
}
