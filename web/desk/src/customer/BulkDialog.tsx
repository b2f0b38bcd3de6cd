/** Says what is to be done, shows what it would do to whom, and begins it only then. */
import { App, Checkbox, Input, Modal, Radio, Select } from "antd";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type Answer, call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { countText } from "../parts/count";
import { daysLater } from "../parts/Day";
import { DayField } from "../parts/DayField";
import { useProblemWords } from "../parts/problemWords";
import { shutBy } from "../parts/shutBy";
import { Shown as Answered } from "../parts/states";
import { useSettled } from "../parts/useSettled";
import { bulkWords } from "../words/bulk";
import { partsWords } from "../words/parts";
import { BLANK, bodyOf, type BulkChannel, CHANNELS, type Chosen, type Draft, mayEntrust, previewQuery } from "./bulk";
import type { Shown } from "./listAddress";
import { labelsQuery, useLabels } from "./queries";

interface Props {
  readonly chosen: Chosen;
  readonly shown: Shown;
  readonly onClose: () => void;
  readonly onBegun: (id: string) => void;
}

export function BulkDialog({ chosen, shown, onClose, onBegun }: Props) {
  const words = useWords(bulkWords);
  const parts = useWords(partsWords);
  const told = useProblemWords();
  const me = useMe();
  const { message } = App.useApp();
  const [draft, setDraft] = useState<Draft>({ ...BLANK, due: daysLater(me.today, 1) });
  const body = bodyOf(chosen, shown, draft);
  const preview = useQuery(previewQuery(body));
  const title = useTitle(draft);
  const begin = useMutation({
    mutationFn: () => call("POST /bulk-edits", { body: bodyOf(chosen, shown, draft, title.slice(0, 100))! }),
    onSuccess: (edit) => onBegun(edit.id),
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
  const changes = preview.data?.changes ?? 0;
  return (
    <Modal
      open {...shutBy(draft.label || draft.matter || draft.to.length > 0 ? "written" : "untouched")} width={560} title={words.title} onCancel={onClose} onOk={() => begin.mutate()} cancelText={parts.cancel}
      okText={words.begin} okButtonProps={{ disabled: !body || !preview.isSuccess || changes === 0, loading: begin.isPending }}
    >
      <div className="column" style={{ gap: 14 }}>
        <Radio.Group aria-label={words.what} value={draft.kind} onChange={(event) => setDraft({ ...draft, kind: event.target.value as Draft["kind"] })}>
          <Radio value="label_on">{words.kinds.label_on}</Radio>
          <Radio value="label_off">{words.kinds.label_off}</Radio>
          <Radio value="touch">{words.kinds.touch}</Radio>
          {mayEntrust(me.role) && <Radio value="entrust">{words.kinds.entrust}</Radio>}
        </Radio.Group>
        {draft.kind === "entrust" ? <Takers draft={draft} onChange={setDraft} /> : draft.kind === "touch" ? <Matter draft={draft} onChange={setDraft} /> : <LabelChoice draft={draft} onChange={setDraft} />}
        {body ? <Answered of={preview} lines={4}>{(seen) => <Preview seen={seen} draft={draft} />}</Answered> : <p className="quiet">{words.sayFirst}</p>}
      </div>
    </Modal>
  );
}

/** What the edit is called, in the words of whoever begins it. */
function useTitle(draft: Draft): string {
  const { titles } = useWords(bulkWords);
  const labelOf = useLabels();
  if (draft.kind === "entrust") return titles.entrust(draft.to.map((one) => one.name));
  return draft.kind === "touch" ? titles.touch(draft.matter ?? "") : titles[draft.kind](labelOf(draft.label ?? "").title);
}

/** A part of the dialog that says a piece of what is to be done. */
interface Part {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}

function LabelChoice({ draft, onChange }: Part) {
  const words = useWords(bulkWords);
  const { language } = usePreferences();
  const labels = useQuery(labelsQuery);
  const options = (labels.data ?? []).map((one) => ({ value: one.key as string, label: language === "zh" ? one.title_zh : one.title_en }));
  return <Select autoFocus showSearch={{ optionFilterProp: "label" }} aria-label={words.label} placeholder={words.label} value={draft.label} options={options} onChange={(label) => onChange({ ...draft, label })} />;
}

/** A work order for each of them: what, over which channel, on which day. */
function Matter({ draft, onChange }: Part) {
  const words = useWords(bulkWords);
  const { channels } = useWords(partsWords);
  const { today } = useMe();
  const [typed, type] = useState(draft.matter ?? "");
  // Each preview looks at thousands of customers: it waits for the end of the word.
  const settled = useSettled(typed);
  const latest = useRef({ draft, onChange });
  latest.current = { draft, onChange };
  useEffect(() => latest.current.onChange({ ...latest.current.draft, matter: settled }), [settled]);
  return (
    <div className="column" style={{ gap: 8 }}>
      <Input autoFocus maxLength={80} value={typed} placeholder={words.matter} aria-label={words.matter} onChange={(event) => type(event.target.value)} />
      <div className="row wrap" style={{ gap: 12 }}>
        <DayField label={words.due} min={today} max={daysLater(today, 350)} value={draft.due ?? today} onChange={(due) => onChange({ ...draft, due })} />
        <Radio.Group aria-label={words.channel} value={draft.channel} onChange={(event) => onChange({ ...draft, channel: event.target.value as BulkChannel })} options={CHANNELS.map((value) => ({ value, label: channels[value] ?? value }))} />
      </div>
      <p className="quiet small">{words.matterHint}</p>
    </div>
  );
}

/** Colleagues are found by typing; several take turns. */
export function Takers({ draft, onChange }: Part) {
  const words = useWords(bulkWords);
  const [text, setText] = useState("");
  const asked = useSettled(text.trim());
  const found = useQuery({ queryKey: ["org", "colleagues", asked], queryFn: ({ signal }) => call("GET /colleagues", { query: { q: asked }, signal }), placeholderData: keepPreviousData });
  const options = (found.data ?? []).map((one) => ({ value: { id: one.id as string, name: one.name }, label: `${one.name} · ${one.unit_name}` }));
  const known = [...draft.to, ...options.map((one) => one.value)];
  return (
    <div className="column" style={{ gap: 8 }}>
      <Select
        mode="multiple" aria-label={words.takers} placeholder={words.takers} showSearch={{ filterOption: false, onSearch: setText }} value={draft.to.map((one) => one.id)}
        options={[...draft.to.filter((one) => !options.some((other) => other.value.id === one.id)).map((one) => ({ value: one.id, label: one.name })), ...options.map((one) => ({ value: one.value.id, label: one.label }))]}
        onChange={(ids) => onChange({ ...draft, to: ids.flatMap((id) => known.find((one) => one.id === id) ?? []) })}
      />
      <Checkbox checked={draft.along === "with touches"} onChange={(event) => onChange({ ...draft, along: event.target.checked ? "with touches" : "without" })}>{words.along}</Checkbox>
    </div>
  );
}

export function Preview({ seen, draft }: { seen: Answer<"POST /bulk-edits/preview">; draft: Draft }) {
  const words = useWords(bulkWords);
  const { language } = usePreferences();
  const labelOf = useLabels();
  const text = (count: number) => countText(count, language);
  const shown = (value: string) => (draft.kind === "entrust" || draft.kind === "touch" ? value : value && labelOf(value).title) || words.nothing;
  const refused = seen.refused.reduce((sum, one) => sum + one.count, 0);
  return (
    <section className="column" style={{ gap: 8 }} aria-live="polite">
      <p><strong>{words.would(text(seen.changes))}</strong> <span className="quiet">{[words.same(text(seen.unchanged)), words.wouldNot(text(refused))].join(" · ")}</span></p>
      {seen.examined < seen.count && <p className="quiet small">{words.firstOnly(text(seen.examined), text(seen.count))}</p>}
      {seen.refused.map((one) => <p key={one.code} className="risk small">{words.reason(one.title, text(one.count))}</p>)}
      {seen.sample.length > 0 && (
        <table className="plain small">
          <caption className="quiet small" style={{ textAlign: "start" }}>{words.sample}</caption>
          <tbody>
            {seen.sample.map((row) => (
              <tr key={row.customer.id}>
                <td style={{ paddingInlineEnd: 16 }}>{row.customer.name}</td>
                <td>{row.refused ? <span className="risk">{row.refused.title}</span> : row.from === row.to ? <span className="quiet">{words.already}</span> : `${shown(row.from)} → ${shown(row.to)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
