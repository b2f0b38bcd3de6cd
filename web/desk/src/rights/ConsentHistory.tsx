/** What a customer said about being contacted, newest first, each with its proof. */
import { Modal, Table } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { Ago } from "../parts/Day";
import { EmptyState, Shown } from "../parts/states";
import { partsWords } from "../words/parts";
import { rightsWords } from "../words/rights";
import { consentsQuery } from "./queries";
import { usePurpose } from "./usePurpose";

type Entry = components["schemas"]["ConsentEntry"];

export function ConsentHistory({ id, onClose }: { id: string; onClose: () => void }) {
  const words = useWords(rightsWords);
  const page = useQuery(consentsQuery(id));
  return (
    <Modal open width={860} title={words.history} footer={null} onCancel={onClose}>
      <Shown of={page} lines={5}>{({ history }) => (history.length === 0 ? <EmptyState title={words.historyNone} /> : <History of={history} />)}</Shown>
    </Modal>
  );
}

function History({ of }: { of: readonly Entry[] }) {
  const words = useWords(rightsWords);
  const parts = useWords(partsWords);
  const purpose = usePurpose();
  return (
    <Table<Entry>
      rowKey={(entry) => `${entry.at}${entry.channel}${entry.purpose}${entry.verdict}`}
      size="small"
      dataSource={[...of]}
      pagination={of.length > 20 ? { pageSize: 20 } : false}
      columns={[
        { key: "at", width: 130, render: (_, entry) => <Ago at={entry.at} /> },
        { key: "channel", width: 90, render: (_, entry) => wordFor(parts.channels, entry.channel) },
        { title: words.purpose, key: "purpose", width: 110, render: (_, entry) => purpose(entry.purpose) },
        { key: "verdict", width: 80, render: (_, entry) => <span className={entry.verdict === "refused" ? "risk" : undefined}>{wordFor(words.verdicts, entry.verdict)}</span> },
        { title: words.how, key: "how", render: (_, entry) => [entry.how && wordFor(words.hows, entry.how), entry.said_by === "guardian" && words.byGuardian, entry.text_version && words.textVersion(entry.text_version), entry.proof].filter(Boolean).join(" · ") },
      ]}
    />
  );
}
