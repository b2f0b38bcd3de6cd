/** What became of a script or template: who changed it when, and what it said from then on. */
import { useQuery } from "@tanstack/react-query";
import { Modal } from "antd";
import { call } from "../frame/api";
import { useWords, wordFor } from "../frame/words";
import { Ago } from "../parts/Day";
import { EmptyState, Shown } from "../parts/states";
import { textWords } from "../words/text";
import type { Both } from "./TextParts";

export function TextHistory({ kind, of: key, onClose }: { kind: "template" | "script"; of: string; onClose: () => void }) {
  const words = useWords(textWords);
  const turns = useQuery({ queryKey: ["plan", "text-history", kind, key], queryFn: () => call(kind === "template" ? "GET /templates/{key}/history" : "GET /scripts/{key}/history", { path: { key } }) });
  return (
    <Modal open width={720} footer={null} title={words.historyOf(key)} onCancel={onClose}>
      <Shown of={turns} lines={4}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState title={words.noHistory} next={words.noHistoryNext} />
          ) : (
            <ol className="text-history">
              {all.map((turn) => (
                <li key={`${turn.at}${turn.deed}`}>
                  <strong>{wordFor(words.deeds, turn.deed)}</strong> <span className="quiet">{turn.by} · <Ago at={turn.at} /></span>
                  {saidIn(turn.body).map((both, at) => <p key={at} className="small">{both.zh}<br /><span className="quiet">{both.en}</span></p>)}
                </li>
              ))}
            </ol>
          )
        }
      </Shown>
    </Modal>
  );
}

/** The wordings of a template, or the parts of a script. */
function saidIn(body: unknown): Both[] {
  if (Array.isArray(body)) return body as Both[];
  const stages = (body as { stages?: { body: Both }[] } | null)?.stages;
  return stages?.map((stage) => stage.body) ?? [];
}
