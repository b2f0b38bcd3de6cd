/** A secret that is shown once: to copy, and to put away by one's own word. A slip beside the dialog or a key must not lose it. */
import { Button, Input, Modal } from "antd";
import { useRef } from "react";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";
import { useCopy } from "./copied";

interface Props {
  readonly title: string;
  readonly hint: string;
  /** What the text is, for those who do not see it. */
  readonly label: string;
  readonly text: string;
  /** The word by which the reader has kept it. */
  readonly kept: string;
  readonly onClose: () => void;
}

export function ShownOnce({ title, hint, label, text, kept, onClose }: Props) {
  const words = useWords(partsWords);
  const copy = useCopy();
  const shown = useRef<HTMLDivElement>(null);
  return (
    <Modal open title={title} closable={false} mask={{ closable: false }} keyboard={false} footer={[<Button key="copy" onClick={() => copy(text, shown.current)}>{words.copy}</Button>, <Button key="kept" type="primary" onClick={onClose}>{kept}</Button>]}>
      <p style={{ marginBottom: 12 }}>{hint}</p>
      <div ref={shown}><Input.TextArea readOnly autoSize className="mono" aria-label={label} value={text} onFocus={(event) => event.target.select()} /></div>
    </Modal>
  );
}
