/** Settings: the results with which work orders of each kind may end, as the firm's playbooks define them. */
import { useQuery } from "@tanstack/react-query";
import { Input, Table } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { matching } from "../parts/matching";
import { EmptyState, Shown } from "../parts/states";
import { intakeWords } from "../words/intake";
import { resultWords } from "../words/result";

type Code = components["schemas"]["CodeShape"];
interface Row extends Code {
  readonly business: string;
}

/** Whoever sees work orders may ask for them. */
export function OutcomeCodes() {
  const codes = useQuery({ queryKey: ["work", "outcome-codes"], queryFn: () => call("GET /outcome-codes"), staleTime: 300_000 });
  return <Shown of={codes}>{(byBusiness) => <Codes byBusiness={byBusiness} />}</Shown>;
}

function Codes({ byBusiness }: { byBusiness: Readonly<Record<string, readonly Code[]>> }) {
  const words = useWords(resultWords);
  const { businessTypes } = useWords(intakeWords);
  const [typed, type] = useState("");
  const rows = Object.entries(byBusiness).flatMap(([key, codes]) => codes.map((code): Row => ({ ...code, business: key ? wordFor(businessTypes, key) : words.usual })));
  if (rows.length === 0) return <EmptyState title={words.none} next={words.noneNext} />;
  const found = matching(rows, typed, (row) => [row.business, row.code, row.title]);
  return (
    <>
      <p className="quiet" style={{ marginBottom: 12, maxWidth: 720 }}>{words.why}</p>
      <div className="page-acts"><Input.Search allowClear placeholder={words.find} aria-label={words.find} style={{ width: 280 }} onChange={(event) => type(event.target.value)} /></div>
      {found.length === 0 ? (
        <EmptyState title={words.noMatch} next={words.noMatchNext} />
      ) : (
        <Table<Row>
          rowKey={(row) => `${row.business} ${row.code}`}
          size="small"
          dataSource={found}
          pagination={{ defaultPageSize: 100, hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            { title: words.business, dataIndex: "business", width: 150 },
            { title: words.digit, dataIndex: "key", width: 70, render: (key: number | null) => (key ? <kbd>{key}</kbd> : null) },
            { title: words.title, dataIndex: "title" },
            { title: words.code, dataIndex: "code", render: (code: string) => <span className="mono">{code}</span> },
            { title: words.reached, dataIndex: "reached", width: 110, render: (reached: string) => wordFor(words.yesNo, reached) },
            { title: words.leads, dataIndex: "result", width: 170, render: (result: string) => wordFor(words.results, result) },
            { title: words.note, dataIndex: "needs_note", width: 110, render: (needed: boolean) => (needed ? words.needed : null) },
            { title: words.next, dataIndex: "next_days", width: 130, render: (days: number | null) => (days == null ? null : words.inDays(days)) },
          ]}
        />
      )}
    </>
  );
}
