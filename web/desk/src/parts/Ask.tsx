/** A short form in a dialog: what is filled in is handed on when it is complete. */
import { Form, Modal } from "antd";
import { type ReactNode, useId, useRef, useState } from "react";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";
import { shutBy } from "./shutBy";
import { isUnchanged, useUnchanged } from "./unchanged";

interface Props<T> {
  readonly title: string;
  readonly first?: Partial<T>;
  /** Whether `first` is something on file: saved as it is, nothing is sent. */
  readonly of?: "on file";
  readonly busy: boolean;
  /** The word of the button where the deed cannot be taken back. */
  readonly danger?: string;
  /** The word of the button where nothing is saved. */
  readonly ok?: string;
  readonly onClose: () => void;
  readonly onFinish: (filled: T) => void;
  readonly children: ReactNode;
}

/** Where nothing moves the dialogue locks the cursor in before its fields are seen: it stands on the cross and not where one writes. */
function putCursorInto(form: string): void {
  const fields = document.getElementById(form);
  const dialog = fields?.closest("[role=dialog]");
  if (!fields || !document.activeElement?.matches(".ant-modal-close") || !dialog?.contains(document.activeElement)) return;
  fields.querySelector<HTMLElement>("input:not(:disabled), textarea:not(:disabled)")?.focus();
}

export function Ask<T extends object>({ title, first, of, busy, danger, ok, onClose, onFinish, children }: Props<T>) {
  const common = useWords(partsWords);
  // The button belongs to the form, so that Enter in any field is the button.
  const id = useId();
  const [content, note] = useState<"written" | "untouched">("untouched");
  const asItWas = useUnchanged(onClose);
  // What was tried once and refused may meet what a colleague wrote meanwhile: as it was at first is a change then.
  const tried = useRef(false);
  const finish = (filled: T) => {
    if (of && !tried.current && isUnchanged(first ?? {}, filled)) return asItWas();
    tried.current = true;
    return onFinish(filled);
  };
  return (
    // A click beside the dialog comes by accident.
    <Modal open title={title} {...shutBy(content, "stays")} okText={danger ?? ok ?? common.save} okButtonProps={{ danger: Boolean(danger), htmlType: "submit", form: id }} cancelText={common.cancel} confirmLoading={busy} onCancel={onClose} afterOpenChange={(open) => open && putCursorInto(id)}>
      <Form<T> id={id} layout="vertical" initialValues={first} requiredMark={false} onValuesChange={() => note("written")} onFinish={finish}>{children}</Form>
    </Modal>
  );
}
