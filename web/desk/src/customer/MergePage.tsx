/** Two records of one person side by side: whose value stands, what goes along, what holds afterwards (DESK.md 2, 4). */
import { SwapOutlined } from "@ant-design/icons";
import { Alert, App, Button, Input, Radio } from "antd";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { FactRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useKeys } from "../frame/keys";
import { keyText } from "../frame/keyText";
import { useTabTitle } from "../frame/tabs";
import { useWords, wordFor } from "../frame/words";
import { Day } from "../parts/Day";
import { useProblemWords } from "../parts/problemWords";
import { EmptyState, Shown } from "../parts/states";
import { useUndo } from "../parts/UndoToast";
import { customerWords } from "../words/customer";
import { mergeWords } from "../words/merge";
import { partsWords } from "../words/parts";
import { useFactText } from "./FactValue";
import { alike, type Field, isTurned, mergeQuery, type Preview, taken, type Together, turned, useSplit } from "./merge";
import "./merge.css";

export function MergePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { other = "" } = useSearch({ strict: false }) as { other?: string };
  const words = useWords(mergeWords);
  const preview = useQuery(mergeQuery(id, other));
  useTabTitle({ zh: mergeWords.zh.title, en: mergeWords.en.title });
  if (other === "") return <EmptyState title={words.alone} next={words.aloneNext} act={<Link to={`/customers/${id}`}>{words.aloneBack}</Link>} />;
  // What was chosen stays when somebody changes one of the two: it goes with the pair, not with their versions.
  return <Shown of={preview} lines={12}>{(now) => <SideBySide key={`${now.kept.id}.${now.other.id}`} now={now} />}</Shown>;
}

function SideBySide({ now }: { now: Preview }) {
  const words = useWords(mergeWords);
  const navigate = useNavigate();
  const [chosen, choose] = useState<Record<string, "kept" | "other">>({});
  const [reason, setReason] = useState("");
  const [seen, see] = useState(now);
  const merge = useMerge(now);
  // What nobody looked at is not merged.
  const changed = isTurned(seen, now);
  const barred = changed || now.warnings.includes("two_keepers");
  const send = () => merge.isPending || barred || merge.mutate({ take: taken(now.fields, chosen), reason });
  const swap = () => void navigate({ to: `/customers/${now.other.id}/merge`, search: { other: now.kept.id }, replace: true });
  useKeys([
    { key: "X", does: words.swap, run: swap },
    { key: "Mod+Enter", does: words.merge, run: send, always: "always" },
  ]);
  const differ = now.fields.filter((field) => !alike(field));
  const same = now.fields.filter(alike);
  const side = (key: string, of: "kept" | "other") => choose((before) => ({ ...before, [key]: of }));
  return (
    <div className="page">
      <div className="page-head">
        <h1>{words.title}</h1>
        <span className={now.points >= 80 ? "done" : now.points >= 50 ? "due" : "risk"}>{words.likeness(now.points)} <span className="quiet small">{now.by.map((one) => wordFor(words.by, one)).join(" · ") || words.unlike}</span></span>
        <Button icon={<SwapOutlined />} onClick={swap}>{words.swap} <kbd>X</kbd></Button>
      </div>
      {changed && <Turned seen={seen} now={now} onSeen={() => see(now)} />}
      {now.warnings.map((one) => <Alert key={one} type={one === "two_outside_ids" ? "warning" : "error"} showIcon title={wordFor(words.warnings, one)} />)}
      <div className="sheet">
        <table className="merge-fields">
          <thead><tr><th>{words.field}</th><Side of={now.kept} title={words.stays} /><Side of={now.other} title={words.goes} /></tr></thead>
          <tbody>{differ.map((field) => <Row key={field.key} field={field} now={chosen[field.key] ?? field.side as "kept" | "other"} onChoose={(of) => side(field.key, of)} />)}</tbody>
        </table>
      </div>
      {same.length > 0 && (
        <details className="small">
          <summary className="quiet">{words.sameFields(same.length)}</summary>
          <ul className="merge-same">{same.map((field) => <li key={field.key}><FieldTitle field={field} /> <Value field={field} of="kept" /></li>)}</ul>
        </details>
      )}
      <Afterwards seen={now} />
      <div className="row wrap">
        <Input className="grow" maxLength={400} value={reason} placeholder={words.reason} aria-label={words.reason} onChange={(event) => setReason(event.target.value)} />
        <Link to={`/customers/${now.kept.id}`}>{words.cancel}</Link>
        <Button type="primary" loading={merge.isPending} disabled={barred} onClick={send}>{words.merge} <kbd>{keyText("Mod+Enter")}</kbd></Button>
      </div>
    </div>
  );
}

/** That somebody changed one of the two since they were looked at, and what: nothing is merged until it is looked at again. */
function Turned({ seen, now, onSeen }: { seen: Preview; now: Preview; onSeen: () => void }) {
  const words = useWords(mergeWords);
  const { and } = useWords(partsWords);
  const fields = turned(seen.fields, now.fields);
  const named = fields.map((field, i) => <span key={field.key}>{i > 0 && and}<FieldTitle field={field} /></span>);
  return <Alert type="warning" showIcon title={<>{words.turned} {named}</>} description={words.turnedNext} action={<Button size="small" onClick={onSeen}>{words.turnedSeen}</Button>} />;
}

/** Merges, shows the record that stays, and offers ten seconds to part the two again. */
function useMerge(seen: Preview) {
  const words = useWords(mergeWords);
  const client = useQueryClient();
  const navigate = useNavigate();
  const told = useProblemWords();
  const undo = useUndo();
  const { message } = App.useApp();
  const split = useSplit(() => void message.success(words.splitDone(seen.other.name)));
  return useMutation({
    mutationFn: ({ take, reason }: { take: string[]; reason: string }) =>
      call("POST /customers/{id}/merges", { path: { id: seen.kept.id }, version: seen.kept.version, body: { other_id: seen.other.id, other_version: seen.other.version, take, reason: reason.trim() } }),
    onSuccess: (done: Together) => {
      void client.invalidateQueries({ queryKey: ["customer"] });
      void navigate({ to: `/customers/${done.id}` });
      undo(words.merged(seen.kept.name), () => split.mutate({ id: done.id, version: done.version, merged_id: done.other_id, reason: words.undone }));
    },
    onError: (thrown) => {
      void message.error(`${told(thrown).title} ${told(thrown).next}`, 6);
      void client.invalidateQueries({ queryKey: ["customer", "one", seen.kept.id] });
    },
  });
}

function Side({ of, title }: { of: Preview["kept"]; title: string }) {
  const words = useWords(mergeWords);
  return (
    <th>
      <span className="quiet small">{title}</span>
      <Link to={`/customers/${of.id}`} className="merge-name">{of.name || words.nothing}</Link>
      <span className="quiet small">{[of.unit?.name, of.owner?.name].filter(Boolean).join(" · ")} · <Day day={of.created_at.slice(0, 10)} weekday="plain" /></span>
    </th>
  );
}

function FieldTitle({ field }: { field: Field }) {
  const words = useWords(mergeWords);
  const known = useWords(customerWords);
  return <>{field.title || (field.key === "keeper" ? words.keeper : wordFor(known.contactKinds, field.key))}</>;
}

function Value({ field, of }: { field: Field; of: "kept" | "other" }) {
  const words = useWords(mergeWords);
  const text = useFactText();
  const { and } = useWords(partsWords);
  const value = field[of] as unknown;
  if (field.type === "points") return <>{(value as string[]).join(and) || words.nothing}</>;
  return <>{text({ type: field.type, value } as Pick<FactRow, "type" | "value">) || words.nothing}</>;
}

function Row({ field, now, onChoose }: { field: Field; now: "kept" | "other"; onChoose: (of: "kept" | "other") => void }) {
  const words = useWords(mergeWords);
  const name = `merge-${field.key}`;
  return (
    <tr>
      <th scope="row">
        <span id={name}><FieldTitle field={field} /></span>
        {field.type === "points" && <span className="quiet small">{words.points}</span>}
        {field.fixed && <span className="quiet small">{words.fixed}</span>}
      </th>
      {(["kept", "other"] as const).map((of) => (
        <td key={of} className={now === of || field.type === "points" ? "" : "merge-left"}>
          <Radio name={name} checked={now === of} disabled={field.fixed} aria-describedby={name} onChange={() => onChoose(of)}><Value field={field} of={of} /></Radio>
        </td>
      ))}
    </tr>
  );
}

function Afterwards({ seen }: { seen: Preview }) {
  const words = useWords(mergeWords);
  const { channels, and } = useWords(partsWords);
  const moves = seen.moves.filter((line) => line.count > 0);
  const said = (all: readonly string[]) => all.map((one) => wordFor(channels, one)).join(and) || words.noChannel;
  return (
    <div className="merge-after">
      <section className="panel">
        <h3>{words.moves}</h3>
        {moves.length === 0 && <p className="quiet">{words.noMoves}</p>}
        <p>{moves.map((line) => `${wordFor(words.what, line.what)} ${line.count}`).join(" · ")}</p>
        {seen.folded > 0 && <p>{words.folded(seen.folded)}</p>}
        <p className="quiet small">{words.story}</p>
      </section>
      <section className="panel">
        <h3>{words.refused}</h3>
        <p className={seen.refused.length > 0 ? "risk" : "quiet"}>{said(seen.refused)}</p>
        <h3>{words.consented}</h3>
        <p>{said(seen.consented)}</p>
        <p className="quiet small">{words.grow}</p>
      </section>
    </div>
  );
}
