/** Keeps what the list shows as a view: changes the own one, or makes a new one, for oneself or for others. */
import { SaveOutlined } from "@ant-design/icons";
import { App, Button, Input, Modal, Segmented } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import type { ViewRow } from "../frame/shapes";
import { useWords } from "../frame/words";
import { shutByText } from "../parts/shutBy";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { bodyOf, type Shown } from "./listAddress";
import { useViewAct } from "./views";

/** Who may share with everybody; the server has the last word. */
const FOR_THE_FIRM = ["hq", "channel_lead", "admin"];

/** `now` answers with what the list shows when it is asked, so that this is not drawn anew with each change of it. */
export function SaveView({ now, view, changed, onSaved }: { now: () => Shown; view?: ViewRow; changed: "changed" | "as saved"; onSaved: (id: string) => void }) {
  const words = useWords(customerWords).views;
  const parts = useWords(partsWords);
  const me = useMe();
  const { message } = App.useApp();
  const [open, setOpen] = useState<"open" | "closed">("closed");
  const [title, setTitle] = useState("");
  const [sharing, share] = useState<ViewRow["sharing"]>("mine");
  const saved = (made: ViewRow) => {
    setOpen("closed");
    setTitle("");
    void message.success(words.saved);
    onSaved(made.id);
  };
  const make = useViewAct((named: string) => call("POST /views", { body: { ...bodyOf(now()), title: named, sharing } }), saved);
  const change = useViewAct((mine: ViewRow) => call("PATCH /views/{id}", { path: { id: mine.id }, version: mine.version, body: { ...bodyOf(now()), title: null, sharing: null } }), saved);
  const options: { value: ViewRow["sharing"]; label: string }[] = [{ value: "mine", label: words.sharing.mine }, { value: "unit", label: words.sharing.unit }];
  if (FOR_THE_FIRM.includes(me.role)) options.push({ value: "firm", label: words.sharing.firm });
  const send = () => title.trim() && !make.isPending && make.mutate(title.trim());
  return (
    <>
      {view?.mine && changed === "changed" && <Button size="small" type="primary" ghost loading={change.isPending} onClick={() => change.mutate(view)}>{words.saveChanges}</Button>}
      <Button size="small" icon={<SaveOutlined />} onClick={() => setOpen("open")}>{words.save}</Button>
      {open === "open" && (
        <Modal open {...shutByText(title)} width={440} title={words.save} okText={parts.save} cancelText={parts.cancel} onCancel={() => setOpen("closed")} onOk={send} okButtonProps={{ disabled: !title.trim(), loading: make.isPending }}>
          <div className="column" style={{ gap: 12 }}>
            <Input autoFocus value={title} maxLength={60} placeholder={words.nameHint} aria-label={words.name} onChange={(event) => setTitle(event.target.value)} onPressEnter={send} />
            <Segmented<ViewRow["sharing"]> aria-label={words.seenBy} value={sharing} onChange={share} options={options} />
            <p className="quiet small">{words.keeps}</p>
          </div>
        </Modal>
      )}
    </>
  );
}
