/** All batches, newest first. */
import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Link, useNavigate } from "@tanstack/react-router";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { BatchPage } from "../frame/shapes";
import { usePreferences } from "../frame/preferences";
import { useMe } from "../frame/session";
import { useTabTitle } from "../frame/tabs";
import { useKeys } from "../frame/keys";
import { useWide } from "../frame/useWide";
import { useWords, wordFor } from "../frame/words";
import { countText } from "../parts/count";
import { type Column, DataTable } from "../parts/DataTable";
import { Ago } from "../parts/Day";
import { intakeWords } from "../words/intake";
import { draft } from "./draft";
import { batchesQuery } from "./queries";

export const TONES: Readonly<Record<string, string>> = { importing: "info", imported: "done", failed: "risk", undoing: "due", undone: "" };

export function BatchList() {
  const words = useWords(intakeWords);
  const { language } = usePreferences();
  const me = useMe();
  const navigate = useNavigate();
  const unfinished = draft.use();
  const rows = useInfiniteQuery(batchesQuery);
  useTabTitle(words.list.title);
  // On a phone the progress is watched; files come in at a desk.
  const room = useWide();
  const mayImport = me.role === "hq" && room === "wide";
  useKeys(mayImport ? [{ key: "I", does: words.list.new, run: () => void navigate({ to: "/batches/new" }) }] : []);
  const figure = (key: "rows" | "accepted" | "rejected" | "duplicates", title: string) => ({
    key, title, width: 100, align: "right" as const, draw: (row: BatchPage) => <span className={key === "rejected" && row.rejected > 0 ? "due" : ""}>{countText(row[key], language)}</span>,
  });
  const columns: readonly Column<BatchPage>[] = [
    { key: "name", title: words.list.name, width: 260, fixed: "left" as const, draw: (row) => <Link to={`/batches/${row.id}`}>{row.name}</Link> },
    { key: "type", title: words.list.type, width: 110, draw: (row) => wordFor(words.businessTypes, row.business_type) },
    { key: "state", title: words.list.state, width: 100, draw: (row) => <span className={`badge ${TONES[row.state] ?? ""}`}>{wordFor(words.states, row.state)}</span> },
    figure("rows", words.list.rows), figure("accepted", words.list.accepted), figure("rejected", words.list.rejected), figure("duplicates", words.list.duplicates),
    { key: "by", title: words.list.by, width: 140, draw: (row) => row.by?.name },
    { key: "at", title: words.list.at, width: 140, draw: (row) => <Ago at={row.at} /> },
  ];
  return (
    <div className="page">
      <div className="page-head">
        <h1>{words.list.title}</h1>
        {unfinished && mayImport && <Link to="/batches/new">{words.list.resume}: {unfinished.fileName}</Link>}
        {mayImport && <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate({ to: "/batches/new" })}>{words.list.new}</Button>}
      </div>
      <DataTable of={rows} columns={columns} label={words.list.title} name="batches" empty={{ title: words.list.empty, next: words.list.emptyNext }} onOpen={(row) => void navigate({ to: `/batches/${row.id}` })} />
    </div>
  );
}
