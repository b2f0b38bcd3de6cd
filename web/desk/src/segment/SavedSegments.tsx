/** Saved segments as views of the customers list: choose, save, delete with undo. */
import { DeleteOutlined, SaveOutlined } from "@ant-design/icons";
import { App, Button, Input, Modal, Segmented } from "antd";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { SegmentRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { useProblemWords } from "../parts/problemWords";
import { useUndo } from "../parts/UndoToast";
import { partsWords } from "../words/parts";
import { segmentWords } from "../words/segment";

export const segmentsQuery = { queryKey: ["segment", "all"], queryFn: () => call("GET /segments"), staleTime: 60_000 };

export function SavedSegments({ chosen, all, onChoose }: { chosen: string; all: string; onChoose: (expression: string) => void }) {
  const words = useWords(segmentWords);
  const told = useProblemWords();
  const client = useQueryClient();
  const offerUndo = useUndo();
  const { message } = App.useApp();
  const segments = useQuery(segmentsQuery);
  const settle = { onError: (thrown: unknown) => void message.error(told(thrown).title), onSettled: () => void client.invalidateQueries({ queryKey: ["segment"] }) };
  const again = useMutation({ mutationFn: (row: SegmentRow) => call("POST /segments", { body: { name: row.name, expression: row.expression, shared: row.shared } }), ...settle });
  const remove = useMutation({
    mutationFn: (row: SegmentRow) => call("DELETE /segments/{id}", { path: { id: row.id }, version: row.version }),
    onSuccess: (_, row) => offerUndo(words.removed(row.name), () => again.mutate(row)),
    ...settle,
  });
  return (
    <ul className="views">
      <li><button type="button" className="plain view" aria-current={chosen === ""} onClick={() => onChoose("")}>{all}</button></li>
      {(segments.data?.items ?? []).map((row) => (
        <li key={row.id} className="row">
          <button type="button" className="plain view grow one-line" title={row.expression} aria-current={chosen === row.expression} onClick={() => onChoose(row.expression)}>{row.name}</button>
          <Button size="small" type="text" className="view-act" icon={<DeleteOutlined />} aria-label={`${words.remove} ${row.name}`} onClick={() => remove.mutate(row)} />
        </li>
      ))}
    </ul>
  );
}

export function SaveSegment({ expression }: { expression: string }) {
  const words = useWords(segmentWords);
  const parts = useWords(partsWords);
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [seen, setSeen] = useState<"mine" | "shared">("mine");
  const save = useMutation({
    mutationFn: () => call("POST /segments", { body: { name: name.trim(), expression, shared: seen === "shared" } }),
    onSuccess: () => {
      setOpen(false);
      setName("");
      void message.success(words.saved);
      void client.invalidateQueries({ queryKey: ["segment"] });
    },
    onError: (thrown) => void message.error(told(thrown).title),
  });
  return (
    <>
      <Button size="small" icon={<SaveOutlined />} disabled={!expression} onClick={() => setOpen(true)}>{words.save}</Button>
      <Modal open={open} width={420} title={words.saveTitle} okText={parts.save} cancelText={parts.cancel} onCancel={() => setOpen(false)} onOk={() => save.mutate()} okButtonProps={{ disabled: !name.trim(), loading: save.isPending }}>
        <div className="column">
          <Input autoFocus value={name} maxLength={60} placeholder={words.nameHint} aria-label={words.name} onChange={(event) => setName(event.target.value)} />
          <Segmented value={seen} onChange={setSeen} options={[{ value: "mine", label: words.mine }, { value: "shared", label: words.shared }]} />
          <code className="mono quiet">{expression}</code>
        </div>
      </Modal>
    </>
  );
}
