/** How far a bulk edit is: moved by the news of the server, stopped, taken back, its leftovers fetched. */
import { CloseOutlined } from "@ant-design/icons";
import { App, Button, Popconfirm, Progress } from "antd";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { address, call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useWords } from "../frame/words";
import { countText } from "../parts/count";
import { FileButton } from "../parts/FileButton";
import { useProblemWords } from "../parts/problemWords";
import { Shown } from "../parts/states";
import { bulkWords } from "../words/bulk";
import { partsWords } from "../words/parts";
import { type BulkEdit, bulkQuery, percent } from "./bulk";

export function BulkProgress({ id, onClose }: { id: string; onClose: () => void }) {
  const edit = useQuery(bulkQuery(id));
  return <Shown of={edit} lines={1}>{(now) => <Strip edit={now} onClose={onClose} />}</Shown>;
}

function Strip({ edit, onClose }: { edit: BulkEdit; onClose: () => void }) {
  const words = useWords(bulkWords);
  const parts = useWords(partsWords);
  const { language } = usePreferences();
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const act = useMutation({
    mutationFn: (deed: "stop" | "undo"): Promise<BulkEdit> => (deed === "stop" ? call("POST /bulk-edits/{id}/stop", { path: { id: edit.id } }) : call("POST /bulk-edits/{id}/undo", { path: { id: edit.id } })),
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: () => void client.invalidateQueries({ queryKey: ["bulk", edit.id] }),
  });
  const text = (count: number) => countText(count, language);
  const left = edit.state === "undone" || edit.state === "undoing" ? edit.kept + edit.refused : edit.refused;
  const figures = edit.state === "undone" || edit.state === "undoing" ? [words.undone(text(edit.undone)), words.kept(text(edit.kept))] : [words.changed(text(edit.changed)), words.same(text(edit.unchanged)), words.refused(text(edit.refused))];
  return (
    <section className="panel column" style={{ gap: 6, padding: "8px 12px" }} aria-label={words.title}>
      <div className="row wrap" style={{ gap: 8 }}>
        <strong>{edit.title}</strong>
        <span role="status">{words.states[edit.state] ?? edit.state}</span>
        <span className="quiet small">{figures.join(" · ")}</span>
        <span className="grow" />
        {edit.may_stop && <Button size="small" loading={act.isPending} onClick={() => act.mutate("stop")}>{words.stop}</Button>}
        {edit.may_undo && (
          <Popconfirm title={words.undoAsk(text(edit.changed))} description={words.undoHint} okText={parts.undo} cancelText={parts.cancel} onConfirm={() => act.mutate("undo")}>
            <Button size="small" loading={act.isPending}>{words.undo}</Button>
          </Popconfirm>
        )}
        {left > 0 && <FileButton size="small" from={address("/bulk-edits/{id}/error-file", { path: { id: edit.id } })} name={`errors-${edit.id}.csv`}>{words.errorFile(text(left))}</FileButton>}
        <Button size="small" type="text" icon={<CloseOutlined />} aria-label={parts.close} onClick={onClose} />
      </div>
      {["waiting", "gathering", "running", "stopping", "undoing"].includes(edit.state) && <Progress size="small" percent={percent(edit)} aria-label={edit.title} />}
      {edit.refused_by.map((one) => <p key={one.code} className="small quiet">{words.reason(one.title, text(one.count))}</p>)}
    </section>
  );
}
