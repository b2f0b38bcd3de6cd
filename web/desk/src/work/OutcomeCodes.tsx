/** Settings: the results with which work orders of each kind may end: worded, ordered and retired by the firm. */
import { MoreOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown, Input, Table } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useWords, wordFor } from "../frame/words";
import { HeadOfficeOnly, useInHeadOffice } from "../parts/HeadOffice";
import { later } from "../parts/later";
import { matching } from "../parts/matching";
import { EmptyState, Shown } from "../parts/states";
import { useUndo } from "../parts/UndoToast";
import { intakeWords } from "../words/intake";
import { resultWords } from "../words/result";
import { type Code, codesQuery, kindIn, moved, type Row, useCodeAct } from "./codes";

const OutcomeCodeForm = later(() => import("./OutcomeCodeForm").then((all) => all.OutcomeCodeForm));

/** Whoever sees work orders may ask for them. */
export function OutcomeCodes() {
  const codes = useQuery(codesQuery);
  return <Shown of={codes}>{(byBusiness) => <Codes byBusiness={byBusiness} />}</Shown>;
}

function Codes({ byBusiness }: { byBusiness: Readonly<Record<string, readonly Code[]>> }) {
  const words = useWords(resultWords);
  const { businessTypes } = useWords(intakeWords);
  const [typed, type] = useState("");
  const [edited, edit] = useState<Row | null>(null);
  const may = useInHeadOffice();
  const rows = Object.entries(byBusiness).flatMap(([kind, codes]) => {
    const [business, order] = [kind ? wordFor(businessTypes, kind) : words.usual, codes.map((one) => one.code)];
    return codes.map((code): Row => ({ ...code, kind, business, order }));
  });
  if (rows.length === 0) return <EmptyState title={words.none} next={words.noneNext} />;
  const found = matching(rows, typed, (row) => [row.business, row.code, row.title_zh, row.title_en]);
  return (
    <>
      <HeadOfficeOnly right="catalogue.manage" />
      <p className="quiet" style={{ marginBottom: 12, maxWidth: 720 }}>{words.why}</p>
      <div className="page-acts"><Input.Search allowClear placeholder={words.find} aria-label={words.find} style={{ width: 280 }} onChange={(event) => type(event.target.value)} /></div>
      {found.length === 0 ? (
        <EmptyState title={words.noMatch} next={words.noMatchNext} />
      ) : (
        <Table<Row>
          rowKey={(row) => `${row.kind} ${row.code}`}
          size="small"
          dataSource={found}
          pagination={{ defaultPageSize: 100, hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            { title: words.business, dataIndex: "business", width: 150 },
            { title: words.digit, dataIndex: "key", width: 70, render: (key: number | null) => (key ? <kbd>{key}</kbd> : null) },
            { title: words.title, dataIndex: "title", render: (title: string, row) => <>{title}{row.retired_at && <span className="badge" style={{ marginLeft: 6 }}>{words.retired}</span>}</> },
            { title: words.code, dataIndex: "code", render: (code: string) => <span className="mono">{code}</span> },
            { title: words.reached, dataIndex: "reached", width: 110, render: (reached: string) => wordFor(words.yesNo, reached) },
            { title: words.leads, dataIndex: "result", width: 170, render: (result: string) => wordFor(words.results, result) },
            { title: words.note, dataIndex: "needs_note", width: 110, render: (needed: boolean) => (needed ? words.needed : null) },
            { title: words.next, dataIndex: "next_days", width: 130, render: (days: number | null) => (days == null ? null : words.inDays(days)) },
            ...(may ? [{ key: "act", width: 60, render: (_: unknown, row: Row) => <Acts row={row} onEdit={() => edit(row)} /> }] : []),
          ]}
        />
      )}
      {edited && <OutcomeCodeForm row={edited} onClose={() => edit(null)} />}
    </>
  );
}

function Acts({ row, onEdit }: { row: Row; onEdit: () => void }) {
  const words = useWords(resultWords);
  const offerUndo = useUndo();
  const path = { business_type: kindIn(row.kind), code: row.code };
  const resume = useCodeAct(() => call("DELETE /outcome-codes/{business_type}/{code}/retirement", { path }), words.resumeDone);
  const retire = useCodeAct(() => call("POST /outcome-codes/{business_type}/{code}/retirement", { path }), undefined, () => offerUndo(words.retireDone(row.title), () => resume.mutate(undefined)));
  const order = useCodeAct((codes: string[]) => call("PUT /outcome-codes/{business_type}", { path: { business_type: path.business_type }, body: { codes } }));
  const step = (label: string, by: -1 | 1) => {
    const codes = moved(row.order, row.code, by);
    return { key: label, label, disabled: codes === null, onClick: () => codes && order.mutate(codes) };
  };
  const items = [
    { key: "edit", label: words.edit, onClick: onEdit },
    step(words.up, -1),
    step(words.down, 1),
    row.retired_at ? { key: "resume", label: words.resume, onClick: () => resume.mutate(undefined) } : { key: "retire", label: words.retire, onClick: () => retire.mutate(undefined) },
  ];
  return <Dropdown trigger={["click"]} menu={{ items }}><Button size="small" icon={<MoreOutlined />} aria-label={words.more(row.title)} /></Dropdown>;
}
