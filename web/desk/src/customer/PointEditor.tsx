/**
 * How a customer is reached, one kind at a time: what is saved stands in the place of everything of the kind. So whoever
 * corrects one number first has all of the kind shown, noted in the ledger like every opening; a masked one is never sent
 * back. Whoever may not open them, or keeps none of them, writes the kind anew and is told what that replaces.
 */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button, Input } from "antd";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { CustomerPage } from "../frame/shapes";
import { call } from "../frame/api";
import { useEditing } from "../frame/presence";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { useProblemWords } from "../parts/problemWords";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { heldOf, type PointKind, POINTS_MAX, toSave } from "./points";
import { useChange } from "./useChange";

const KEYBOARDS: Partial<Record<PointKind, "tel" | "email">> = { phone: "tel", mail: "email" };

export function PointEditor({ customer, kind, onClose }: { customer: CustomerPage; kind: PointKind; onClose: () => void }) {
  const { page: words, contactKinds } = useWords(customerWords);
  const parts = useWords(partsWords);
  const told = useProblemWords();
  const opens = useMe().permissions.includes("customers.unmask");
  const { message } = App.useApp();
  const title = wordFor(contactKinds, kind);
  const held = heldOf(customer.contact_points, kind);
  const ids = held.map((point) => point.id).join(" ");
  const [before, seen] = useState(ids);
  const [from, begin] = useState<"closed" | "opened" | "blank">(held.length === 0 ? "blank" : "closed");
  const [texts, write] = useState<readonly string[]>([""]);
  useEditing(customer.id, "editing");
  const open = useMutation({
    // One after the other: each opening counts, and the first refusal ends it.
    mutationFn: async (_: string) => {
      const values: string[] = [];
      for (const point of held) values.push((await call("POST /customers/{id}/unmasking", { path: { id: customer.id }, body: { contact_point_id: point.id, reason: words.openPointsReason } })).value);
      return values;
    },
    onSuccess: (values, opened) => {
      seen(opened);
      write(values);
      begin("opened");
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
  const save = useChange(customer.id, (list: string[]) => call("PATCH /customers/{id}", { path: { id: customer.id }, body: { facts: { [kind]: list } }, version: customer.version }), () => words.saved, onClose);
  // A colleague's number is not overwritten unseen: the list is not the one that was opened.
  const theirs = ids !== before && !save.isPending;
  const list = toSave(texts, from);
  // Opened anew while it is being saved, it would save over the version before.
  const leave = () => !save.isPending && onClose();
  const send = () => list && !theirs && !save.isPending && save.mutate(list);
  const put = (at: number, text: string) => write(texts.map((one, i) => (i === at ? text : one)));
  if (from === "closed") {
    return (
      <div className="column" role="group" aria-label={words.editFact(title)} style={{ gap: 4 }}>
        <span className="money">{held.map((point) => point.masked).join(parts.and)}</span>
        <span className="row wrap" style={{ gap: 4 }}>
          {opens && <Button size="small" type="primary" autoFocus loading={open.isPending} onClick={() => open.mutate(ids)}>{words.openPoints}</Button>}
          <Button size="small" autoFocus={!opens} onClick={() => { seen(ids); begin("blank"); }}>{words.replacePoints}</Button>
          <Button size="small" type="text" onClick={onClose}>{parts.cancel}</Button>
        </span>
        {opens && <span className="quiet small">{words.openPointsHint}</span>}
      </div>
    );
  }
  const nameOf = (at: number) => (texts.length > 1 ? `${title} ${at + 1}` : title);
  return (
    <div className="column" role="group" aria-label={held.length > 0 ? words.editFact(title) : words.addPoint(title)} style={{ gap: 4 }}>
      {texts.map((text, at) => (
        <span key={at} className="row" style={{ gap: 2 }}>
          <Input
            size="small" autoFocus={at === texts.length - 1} autoComplete="off" inputMode={KEYBOARDS[kind]} maxLength={500} value={text} aria-label={nameOf(at)} disabled={save.isPending}
            onChange={(event) => put(at, event.target.value)} onPressEnter={send} onKeyDown={(event) => event.key === "Escape" && leave()}
          />
          {(texts.length > 1 || from === "opened") && <Button size="small" type="text" icon={<CloseOutlined />} aria-label={words.removePoint(nameOf(at))} onClick={() => write(texts.filter((_, i) => i !== at))} />}
        </span>
      ))}
      {from === "blank" && held.length > 0 && <span className="due small">{words.replacePointsHint(held.length)}</span>}
      <span className="row wrap" style={{ gap: 4 }}>
        <Button size="small" type="primary" loading={save.isPending} disabled={!list || theirs} onClick={send}>{parts.save}</Button>
        {texts.length < POINTS_MAX && <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => write([...texts, ""])}>{words.morePoints}</Button>}
        <Button size="small" type="text" disabled={save.isPending} onClick={leave}>{parts.cancel}</Button>
      </span>
      {theirs && (
        <span className="fact-conflict due small" role="alert">
          {words.theirs(held.map((point) => point.masked).join(parts.and) || "—")}
          <Button size="small" onClick={onClose}>{words.takeTheirs}</Button>
          <Button size="small" onClick={() => seen(ids)}>{words.keepMine}</Button>
        </span>
      )}
    </div>
  );
}
