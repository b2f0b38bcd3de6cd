/** Files of customers that leave the firm: one's own to fetch, others' to agree to. */
import { App, Button, Form, Input, Popconfirm } from "antd";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { address, call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useTabTitle } from "../frame/tabs";
import { useWords, wordFor } from "../frame/words";
import { Ask } from "../parts/Ask";
import { countText } from "../parts/count";
import { type Column, DataTable } from "../parts/DataTable";
import { Ago } from "../parts/Day";
import { FileButton } from "../parts/FileButton";
import { useProblemWords } from "../parts/problemWords";
import { exportWords } from "../words/export";
import { partsWords } from "../words/parts";
import { type Export, exportsQuery } from "./exports";

const TONES: Readonly<Record<string, string>> = { waiting: "due", agreed: "info", ready: "done", refused: "risk", failed: "risk" };
/** Columns that are named in a row; the others are counted. */
const NAMED = 4;

type Deed = { readonly kind: "approval" | "refusal" | "withdrawal"; readonly id: Export["id"]; readonly reason?: string };

export function ExportsPage() {
  const words = useWords(exportWords);
  const { and } = useWords(partsWords);
  const { language } = usePreferences();
  const rows = useInfiniteQuery(exportsQuery);
  useTabTitle(words.title);
  const columns: readonly Column<Export>[] = [
    { key: "reason", title: words.list.reason, width: 240, draw: (row) => row.reason },
    { key: "by", title: words.list.by, width: 120, draw: (row) => row.by.name },
    { key: "at", title: words.list.at, width: 130, draw: (row) => <Ago at={row.at} /> },
    { key: "rows", title: words.list.rows, width: 100, align: "right", draw: (row) => countText(row.total, language) },
    { key: "columns", title: words.list.columns, width: 290, draw: (row) => columnsText(row, and, words.more) },
    { key: "state", title: words.list.state, width: 130, draw: (row) => <span className={`badge ${TONES[row.state] ?? ""}`}>{wordFor(words.states, row.state)}</span> },
    { key: "decided", title: words.list.decided, width: 180, draw: (row) => [row.decided_by?.name, row.decided_reason].filter(Boolean).join(": ") || row.objections.map((one) => one.title).join(" ") },
    { key: "deed", title: words.list.deed, width: 240, draw: (row) => <Deeds row={row} /> },
  ];
  return (
    <div className="page">
      <div className="page-head"><h1>{words.title}</h1></div>
      <DataTable of={rows} columns={columns} label={words.title} name="exports" empty={{ title: words.empty, next: words.emptyNext }} />
    </div>
  );
}

function columnsText(row: Export, and: string, more: (n: number) => string): string {
  const named = row.columns.slice(0, NAMED).map((one) => one.title);
  return row.columns.length > NAMED ? `${named.join(and)} … ${more(row.columns.length)}` : named.join(and);
}

function Deeds({ row }: { row: Export }) {
  const words = useWords(exportWords);
  const parts = useWords(partsWords);
  const { language } = usePreferences();
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [refusing, setRefusing] = useState<"open" | "closed">("closed");
  // How often it was fetched stands in the row.
  const stale = () => void client.invalidateQueries({ queryKey: ["export"] });
  const act = useMutation({
    mutationFn: ({ kind, id, reason = "" }: Deed): Promise<unknown> => {
      if (kind === "withdrawal") return call("DELETE /exports/{id}", { path: { id } });
      return kind === "approval" ? call("POST /exports/{id}/approval", { path: { id }, body: { reason } }) : call("POST /exports/{id}/refusal", { path: { id }, body: { reason } });
    },
    onSuccess: () => setRefusing("closed"),
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: stale,
  });
  return (
    <div className="row wrap" style={{ gap: 6 }}>
      {row.may_fetch && <FileButton size="small" from={address("/exports/{id}/file", { path: { id: row.id } })} name={`export-${row.id}.${row.format}`} onSaved={stale}>{words.fetch}</FileButton>}
      {row.may_decide && (
        <Popconfirm title={words.agreeAsk(row.by.name, countText(row.total, language))} okText={words.agree} cancelText={parts.cancel} onConfirm={() => act.mutate({ kind: "approval", id: row.id })}>
          <Button size="small" type="primary" loading={act.isPending}>{words.agree}</Button>
        </Popconfirm>
      )}
      {row.may_decide && <Button size="small" onClick={() => setRefusing("open")}>{words.refuse}</Button>}
      {row.may_withdraw && <Button size="small" loading={act.isPending} onClick={() => act.mutate({ kind: "withdrawal", id: row.id })}>{words.withdraw}</Button>}
      {row.fetched > 0 && <span className="quiet small">{words.fetched(row.fetched)}</span>}
      {refusing === "open" && (
        <Ask<{ reason: string }> title={words.refuse} busy={act.isPending} onClose={() => setRefusing("closed")} onFinish={({ reason }) => act.mutate({ kind: "refusal", id: row.id, reason })}>
          <Form.Item name="reason" label={words.refuseReason} rules={[{ required: true, min: 2 }]}><Input maxLength={500} autoFocus /></Form.Item>
        </Ask>
      )}
    </div>
  );
}
