/** Settings: the gifts that care plans name by code, with what one costs and how many there are for a month. */
import { MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown, Input, Table, type TableColumnsType } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { HeadOfficeOnly, useInHeadOffice } from "../parts/HeadOffice";
import { later } from "../parts/later";
import { matching } from "../parts/matching";
import { firmMoney, Money } from "../parts/Money";
import { EmptyState, Shown } from "../parts/states";
import { useUndo } from "../parts/UndoToast";
import { giftWords } from "../words/gift";
import { PlanLinks } from "./PlanLinks";
import { useTextAct } from "./TextParts";

type Gift = components["schemas"]["GiftShape"];
type Kind = components["schemas"]["GiftKind"];

const GiftForm = later(() => import("./GiftForm").then((all) => all.GiftForm));

export function Gifts() {
  const words = useWords(giftWords);
  const gifts = useQuery({ queryKey: ["plan", "gifts"], queryFn: () => call("GET /gifts") });
  const [typed, type] = useState("");
  const [edited, edit] = useState<Gift | "new" | null>(null);
  const may = useInHeadOffice();
  return (
    <>
      <HeadOfficeOnly right="catalogue.manage" />
      <p className="quiet" style={{ marginBottom: 12, maxWidth: 720 }}>{words.why}</p>
      <div className="page-acts">
        <Input.Search allowClear placeholder={words.find} aria-label={words.find} style={{ width: 280 }} onChange={(event) => type(event.target.value)} />
        {may && <Button type="primary" icon={<PlusOutlined />} onClick={() => edit("new")}>{words.add}</Button>}
      </div>
      <Shown of={gifts}>
        {(all) => {
          const found = matching(all, typed, (one) => [one.key, one.title.zh, one.title.en]);
          if (all.length === 0) return <EmptyState title={words.none} next={words.noneNext} />;
          return found.length === 0 ? <EmptyState title={words.noMatch} next={words.noMatchNext} /> : <GiftTable rows={found} onEdit={may ? edit : undefined} />;
        }}
      </Shown>
      {edited && <GiftForm gift={edited} onClose={() => edit(null)} />}
    </>
  );
}

function GiftTable({ rows, onEdit }: { rows: readonly Gift[]; onEdit?: (gift: Gift) => void }) {
  const words = useWords(giftWords);
  const zh = usePreferences().language === "zh";
  const columns: TableColumnsType<Gift> = [
    { title: words.title, key: "title", render: (_, one) => <>{zh ? one.title.zh : one.title.en} <span className="quiet small mono">{one.key}</span>{one.retired_at && <span className="badge" style={{ marginLeft: 6 }}>{words.retired}</span>}</> },
    { title: words.kind, dataIndex: "kind", width: 140, render: (kind: Kind) => words.kinds[kind] },
    { title: words.cost, dataIndex: "cost_minor", width: 120, align: "right", render: (minor: number) => <Money amount={firmMoney(minor)} cents="short" /> },
    { title: words.perMonth, dataIndex: "per_month", width: 120, align: "right", render: (count: number | null) => count ?? <span className="quiet">{words.unlimited}</span> },
    { title: words.thisMonth, dataIndex: "this_month", width: 120, align: "right", render: (count: number, one) => <span className={one.per_month != null && count > one.per_month ? "risk" : undefined}>{count}</span> },
    { title: words.used, key: "used", width: 220, render: (_, one) => <PlanLinks plans={one.plans} none={words.unused} /> },
    ...(onEdit ? [{ key: "act", width: 60, render: (_: unknown, one: Gift) => <Acts of={one} onEdit={() => onEdit(one)} /> }] : []),
  ];
  return <Table<Gift> rowKey="key" size="small" columns={columns} dataSource={[...rows]} pagination={{ defaultPageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} />;
}

function Acts({ of: gift, onEdit }: { of: Gift; onEdit: () => void }) {
  const words = useWords(giftWords);
  const path = { key: gift.key };
  const offerUndo = useUndo();
  const resume = useTextAct(() => call("DELETE /gifts/{key}/retirement", { path }), words.resumeDone);
  const retire = useTextAct(() => call("POST /gifts/{key}/retirement", { path }), undefined, () => offerUndo(words.retireDone, () => resume.mutate(undefined)));
  const items = [
    { key: "edit", label: words.edit, onClick: onEdit },
    gift.retired_at ? { key: "resume", label: words.resume, onClick: () => resume.mutate(undefined) } : { key: "retire", label: words.retire, onClick: () => retire.mutate(undefined) },
  ];
  return <Dropdown trigger={["click"]} menu={{ items }}><Button size="small" icon={<MoreOutlined />} aria-label={`${words.more} ${gift.key}`} /></Dropdown>;
}
