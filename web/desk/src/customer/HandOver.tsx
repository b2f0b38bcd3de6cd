/**
 * Somebody left: who takes over their customers. Shows what would go to whom before anything moves; the hand-over then
 * runs as a bulk edit, with progress, stop and undo, on the customers list.
 */
import { App, Modal, Select, Steps } from "antd";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { useStaff } from "../org/useOrg";
import { Day } from "../parts/Day";
import { BY_PERSON, personOption } from "../parts/people";
import { useProblemWords } from "../parts/problemWords";
import { Shown } from "../parts/states";
import { bulkWords } from "../words/bulk";
import { partsWords } from "../words/parts";
import { Preview, Takers } from "./BulkDialog";
import { BLANK, bodyOf, type Draft, previewQuery } from "./bulk";

const NOTHING_ELSE = { segment: "", filters: {} };

export function HandOver({ from, onClose }: { from?: string; onClose: () => void }) {
  const words = useWords(bulkWords);
  const parts = useWords(partsWords);
  const told = useProblemWords();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const staff = useStaff({});
  const gone = (staff.data?.items ?? []).filter((one) => one.left_on);
  const [picked, pick] = useState(from);
  const leaver = gone.find((one) => one.id === picked) ?? (gone.length === 1 ? gone[0] : undefined);
  const heir = staff.data?.items.find((one) => one.id === leaver?.heir_id && !one.left_on);
  const [said, say] = useState<Draft | null>(null);
  const draft: Draft = said ?? { ...BLANK, kind: "entrust", to: heir ? [{ id: heir.id, name: heir.name }] : [] };
  const body = leaver ? bodyOf({ kind: "owner", id: leaver.id }, NOTHING_ELSE, draft) : null;
  const preview = useQuery(previewQuery(body));
  const begin = useMutation({
    mutationFn: () => call("POST /bulk-edits", { body: bodyOf({ kind: "owner", id: leaver?.id ?? "" }, NOTHING_ELSE, draft, words.handOver.titleOf(leaver?.name ?? "", draft.to.map((one) => one.name)).slice(0, 100))! }),
    onSuccess: (edit) => {
      onClose();
      void navigate({ to: "/customers", search: { bulk: edit.id } as never });
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
  const ready = body !== null && preview.isSuccess && preview.data.changes > 0;
  return (
    <Modal
      open width={600} title={words.handOver.title} onCancel={onClose} onOk={() => begin.mutate()} cancelText={parts.cancel}
      okText={words.handOver.begin} okButtonProps={{ disabled: !ready, loading: begin.isPending }}
    >
      <div className="column" style={{ gap: 16 }}>
        <Steps size="small" current={!leaver ? 0 : draft.to.length === 0 ? 1 : 2} items={words.handOver.steps.map((title) => ({ title }))} />
        <Shown of={staff} lines={2}>
          {() =>
            gone.length === 0 ? <p className="quiet">{words.handOver.nobody}</p> : (
              <>
                <Select autoFocus={!leaver} showSearch={BY_PERSON} aria-label={words.handOver.leaver} placeholder={words.handOver.leaver} value={leaver?.id} onChange={(id: string) => { pick(id); say(null); }} options={gone.map(personOption)} />
                {leaver?.left_on && <p className="quiet small">{words.handOver.left} <Day day={leaver.left_on} weekday="plain" />{heir && ` · ${words.handOver.heir(heir.name)}`}</p>}
                {leaver && <Takers draft={draft} onChange={say} />}
                {body && <Shown of={preview} lines={4}>{(seen) => (seen.count === 0 ? <p className="done">{words.handOver.none(leaver?.name ?? "")}</p> : <Preview seen={seen} draft={draft} />)}</Shown>}
                <p className="quiet small">{words.handOver.first}</p>
              </>
            )
          }
        </Shown>
      </div>
    </Modal>
  );
}
