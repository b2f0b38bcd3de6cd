/** The sheet behind `?`: the keys of this page and those that work everywhere. */
import { Modal, Switch } from "antd";
import { frameWords } from "../words/frame";
import { layers, type PageKey } from "./keys";
import { keyText } from "./keyText";
import { prefer, usePreferences } from "./preferences";
import { useWords } from "./words";

export function KeySheet({ onClose }: { onClose: () => void }) {
  const words = useWords(frameWords);
  const { keys } = usePreferences();
  const all = layers.use().flatMap((layer) => layer.keys);
  const everywhere = all.filter((key) => key.key === "?" || key.key === "Mod+K");
  const here = all.filter((key) => !everywhere.includes(key));
  return (
    <Modal open title={words.keys.title} footer={null} onCancel={onClose} width={520}>
      <label className="row"><Switch size="small" checked={keys === "on"} onChange={(on) => prefer({ keys: on ? "on" : "off" })} /> {words.singleKeys}</label>
      <p className={`small ${keys === "off" ? "due" : "quiet"}`}>{keys === "off" ? words.keys.offNow : words.keys.onNow}</p>
      {here.length > 0 && <Keys title={words.keys.here} keys={here} />}
      <Keys title={words.keys.everywhere} keys={everywhere} />
    </Modal>
  );
}

function Keys({ title, keys }: { title: string; keys: readonly PageKey[] }) {
  return (
    <section style={{ marginTop: 12 }}>
      <h3 style={{ marginBottom: 8 }}>{title}</h3>
      <dl className="key-sheet">
        {keys.map((key) => [<dt key={`${key.key}k`}>{key.key.split(" ").map((part) => <kbd key={part} style={{ marginInlineEnd: 4 }}>{keyText(part)}</kbd>)}</dt>, <dd key={key.key}>{key.does}</dd>])}
      </dl>
    </section>
  );
}
