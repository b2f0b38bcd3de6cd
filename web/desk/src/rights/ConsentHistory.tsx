/** What a customer said about being contacted, newest first, each with its proof. */
import { Modal } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { Ago } from "../parts/Day";
import { EmptyState, Shown } from "../parts/states";
import { customerWords } from "../words/customer";
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
  const { sources } = useWords(customerWords);
  const purpose = usePurpose();
  return (
    <table className="consent-history">
      <thead><tr><th>{words.when}</th><th>{words.channel}</th><th>{words.purpose}</th><th>{words.verdict}</th><th>{words.how}</th></tr></thead>
      <tbody>
        {of.map((entry) => (
          <tr key={`${entry.at}${entry.channel}${entry.purpose}${entry.verdict}`}>
            <td><Ago at={entry.at} /></td>
            <td>{wordFor(parts.channels, entry.channel)}</td>
            <td>{purpose(entry.purpose)}</td>
            <td className={entry.verdict === "refused" ? "risk" : undefined}>{wordFor(words.verdicts, entry.verdict)}</td>
            <td>{[entry.how && wordFor(words.hows, entry.how), entry.said_by === "guardian" && words.byGuardian, entry.text_version && words.textVersion(entry.text_version), wordFor(sources, entry.proof)].filter(Boolean).join(" · ")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
