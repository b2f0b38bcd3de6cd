/** How long each kind of record is kept, by whose rule, and what would go today. */
import { Button, Form, InputNumber, Popconfirm, Table } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../frame/api";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { Ask } from "../parts/Ask";
import { Day } from "../parts/Day";
import { HeadOfficeOnly, useInHeadOffice } from "../parts/HeadOffice";
import { Shown } from "../parts/states";
import { partsWords } from "../words/parts";
import { rightsWords } from "../words/rights";
import { dueQuery, lawQuery, useRight } from "./queries";
import { chosenQuery, type Law, type Span, useLawChange } from "./useLawChange";

type Row = components["schemas"]["KeepShape"];

export function Keep() {
  const law = useQuery(lawQuery(undefined));
  return (
    <>
      <HeadOfficeOnly right="rights.manage" />
      <DueToday />
      <Shown of={law} lines={8}>{(found) => <KeepTable law={found} />}</Shown>
    </>
  );
}

function DueToday() {
  const words = useWords(rightsWords);
  const common = useWords(partsWords);
  const due = useQuery(dueQuery);
  const changes = useInHeadOffice();
  const run = useRight(() => call("POST /retention-runs"), () => words.ran);
  return (
    <Shown of={due} lines={2}>
      {(rows) => (
        <div className="row wrap" style={{ marginBottom: 12 }}>
          <span>{words.dueNow}{common.colon}{rows.length === 0 ? <span className="quiet">{words.nothingDue}</span> : rows.map((one) => `${wordFor(words.records, one.record)} ${one.count}`).join(" · ")}</span>
          {changes && rows.length > 0 && (
            <Popconfirm title={words.runAsk} styles={{ container: { maxWidth: 360 } }} okText={words.runNow} okButtonProps={{ danger: true }} cancelText={common.cancel} onConfirm={() => run.mutate(undefined)}>
              <Button size="small" loading={run.isPending}>{words.runNow}</Button>
            </Popconfirm>
          )}
        </div>
      )}
    </Shown>
  );
}

function usePeriod(): (span: Span | null | undefined) => string {
  const words = useWords(rightsWords);
  return (span) => (span ? [span.years ? words.years(span.years) : "", span.months ? words.months(span.months) : "", span.days ? words.days(span.days) : ""].filter(Boolean).join(" ") : words.forever);
}

function KeepTable({ law }: { law: Law }) {
  const words = useWords(rightsWords);
  const period = usePeriod();
  const changes = useInHeadOffice();
  const [edited, edit] = useState<Row | null>(null);
  const rules = new Map(law.packs.flatMap((pack) => pack.rules.map((rule) => [rule.key, rule.title] as const)));
  return (
    <>
      <Table<Row>
        rowKey="record"
        size="small"
        pagination={false}
        dataSource={law.keep}
        columns={[
          { title: words.record, key: "record", render: (_, row) => wordFor(words.records, row.record) },
          { title: words.period, key: "period", width: 180, render: (_, row) => <>{period(row.period)} {row.own && <span className="badge">{words.own}</span>}</> },
          { title: words.rule, key: "rule", render: (_, row) => <span className="quiet small">{(row.rule && rules.get(row.rule)) ?? ""}</span> },
          { title: words.until, key: "over", width: 140, render: (_, row) => <Day day={row.over_since} weekday="plain" /> },
          { key: "act", width: 90, render: (_, row) => changes && row.record !== "consent" && <Button size="small" type="link" onClick={() => edit(row)}>{words.own}</Button> },
        ]}
      />
      {edited && <OwnPeriod row={edited} onClose={() => edit(null)} />}
    </>
  );
}

interface Filled {
  years?: number | null;
  months?: number | null;
  days?: number | null;
}

/** The firm's own period of one kind of record. What stands in the table may be longer, by a law. */
function OwnPeriod({ row, onClose }: { row: Row; onClose: () => void }) {
  const words = useWords(rightsWords);
  const chosen = useQuery(chosenQuery);
  const save = useLawChange(onClose);
  const finish = ({ years, months, days }: Filled) =>
    save.mutate((body) => {
      const { [row.record]: _before, ...others } = body.keep ?? {};
      const span: Span = { years: years ?? 0, months: months ?? 0, days: days ?? 0 };
      return { ...body, keep: span.years + span.months + span.days > 0 ? { ...others, [row.record]: span } : others };
    });
  const field = (name: keyof Filled, label: string) => <Form.Item name={name} label={label}><InputNumber min={0} max={36500} precision={0} /></Form.Item>;
  return (
    <Shown of={chosen} lines={1}>
      {({ keep }) => (
        <Ask<Filled> title={words.ownTitle(wordFor(words.records, row.record))} first={keep?.[row.record] ?? {}} busy={save.isPending} onClose={onClose} onFinish={finish}>
          <p className="quiet small" style={{ marginBottom: 12 }}>{words.ownHint}</p>
          <div className="row">{field("years", words.yearsField)}{field("months", words.monthsField)}{field("days", words.daysField)}</div>
        </Ask>
      )}
    </Shown>
  );
}
