/** Settings: the gifts that care plans name by code, with what one costs and how many there are for a month. */
import { MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown, Form, Input, InputNumber, Select, Table, type TableColumnsType } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { Ask } from "../parts/Ask";
import { matching } from "../parts/matching";
import { Money } from "../parts/Money";
import { EmptyState, Shown } from "../parts/states";
import { giftWords } from "../words/gift";
import { PlanLinks } from "./PlanLinks";
import { useTextAct } from "./TextParts";

type Gift = components["schemas"]["GiftShape"];
type Kind = components["schemas"]["GiftKind"];

/** The currency of the firm. */
const CURRENCY = "CNY";

export function Gifts() {
  const words = useWords(giftWords);
  const gifts = useQuery({ queryKey: ["plan", "gifts"], queryFn: () => call("GET /gifts") });
  const [typed, type] = useState("");
  const [edited, edit] = useState<Gift | "new" | null>(null);
  return (
    <>
      <p className="quiet" style={{ marginBottom: 12, maxWidth: 720 }}>{words.why}</p>
      <div className="page-acts">
        <Input.Search allowClear placeholder={words.find} aria-label={words.find} style={{ width: 280 }} onChange={(event) => type(event.target.value)} />
        <Button type="primary" icon={<PlusOutlined />} onClick={() => edit("new")}>{words.add}</Button>
      </div>
      <Shown of={gifts}>
        {(all) => {
          const found = matching(all, typed, (one) => [one.key, one.title.zh, one.title.en]);
          if (all.length === 0) return <EmptyState title={words.none} next={words.noneNext} />;
          return found.length === 0 ? <EmptyState title={words.noMatch} next={words.noMatchNext} /> : <GiftTable rows={found} onEdit={edit} />;
        }}
      </Shown>
      {edited && <GiftForm gift={edited} onClose={() => edit(null)} />}
    </>
  );
}

function GiftTable({ rows, onEdit }: { rows: readonly Gift[]; onEdit: (gift: Gift) => void }) {
  const words = useWords(giftWords);
  const zh = usePreferences().language === "zh";
  const columns: TableColumnsType<Gift> = [
    { title: words.title, key: "title", render: (_, one) => <>{zh ? one.title.zh : one.title.en} <span className="quiet small mono">{one.key}</span>{one.retired_at && <span className="badge" style={{ marginLeft: 6 }}>{words.retired}</span>}</> },
    { title: words.kind, dataIndex: "kind", width: 140, render: (kind: Kind) => words.kinds[kind] },
    { title: words.cost, dataIndex: "cost_minor", width: 120, align: "right", render: (minor: number) => <Money amount={{ minor, currency: CURRENCY }} cents="short" /> },
    { title: words.perMonth, dataIndex: "per_month", width: 120, align: "right", render: (count: number | null) => count ?? <span className="quiet">{words.unlimited}</span> },
    { title: words.thisMonth, dataIndex: "this_month", width: 120, align: "right", render: (count: number, one) => <span className={one.per_month != null && count > one.per_month ? "risk" : undefined}>{count}</span> },
    { title: words.used, key: "used", width: 220, render: (_, one) => <PlanLinks plans={one.plans} none={words.unused} /> },
    { key: "act", width: 60, render: (_, one) => <Acts of={one} onEdit={() => onEdit(one)} /> },
  ];
  return <Table<Gift> rowKey="key" size="small" columns={columns} dataSource={[...rows]} pagination={{ defaultPageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} />;
}

function Acts({ of: gift, onEdit }: { of: Gift; onEdit: () => void }) {
  const words = useWords(giftWords);
  const path = { key: gift.key };
  const retire = useTextAct(() => call("POST /gifts/{key}/retirement", { path }), words.retireDone);
  const resume = useTextAct(() => call("DELETE /gifts/{key}/retirement", { path }), words.resumeDone);
  const items = [
    { key: "edit", label: words.edit, onClick: onEdit },
    gift.retired_at ? { key: "resume", label: words.resume, onClick: () => resume.mutate(undefined) } : { key: "retire", label: words.retire, onClick: () => retire.mutate(undefined) },
  ];
  return <Dropdown trigger={["click"]} menu={{ items }}><Button size="small" icon={<MoreOutlined />} aria-label={`${words.more} ${gift.key}`} /></Dropdown>;
}

interface Filled {
  key: string;
  zh: string;
  en: string;
  kind: Kind;
  cost: number;
  per_month?: number | null;
}

function GiftForm({ gift, onClose }: { gift: Gift | "new"; onClose: () => void }) {
  const words = useWords(giftWords);
  const isNew = gift === "new";
  const first: Partial<Filled> = isNew ? { kind: "goods" } : { key: gift.key, zh: gift.title.zh, en: gift.title.en, kind: gift.kind, cost: gift.cost_minor / 100, per_month: gift.per_month };
  const save = useTextAct(async (filled: Filled) => {
    const body = { key: filled.key, title: { zh: filled.zh, en: filled.en }, kind: filled.kind, cost_minor: Math.round(filled.cost * 100), per_month: filled.per_month ?? null };
    await (isNew ? call("POST /gifts", { body }) : call("PATCH /gifts/{key}", { path: { key: gift.key }, body, version: gift.version }));
  }, words.saved, onClose);
  const kinds = (Object.keys(words.kinds) as Kind[]).map((value) => ({ value, label: words.kinds[value] }));
  return (
    <Ask<Filled> title={isNew ? words.add : words.edit} first={first} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Form.Item name="zh" label={words.titleZh} rules={[{ required: true, whitespace: true, max: 60 }]}><Input autoFocus /></Form.Item>
      <Form.Item name="en" label={words.titleEn} rules={[{ required: true, whitespace: true, max: 60 }]}><Input /></Form.Item>
      <Form.Item name="key" label={words.key} extra={words.keyHint} rules={[{ required: true }, { pattern: /^[a-z0-9_]{1,60}$/, message: words.keyHint }]}><Input className="mono" autoComplete="off" disabled={!isNew} /></Form.Item>
      <Form.Item name="kind" label={words.kind}><Select options={kinds} /></Form.Item>
      <Form.Item name="cost" label={words.cost} rules={[{ required: true }]}><InputNumber prefix="¥" min={0} max={1_000_000} precision={2} style={{ width: 160 }} /></Form.Item>
      <Form.Item name="per_month" label={words.perMonth} extra={words.perMonthHint}><InputNumber min={1} max={10_000_000} precision={0} style={{ width: 160 }} /></Form.Item>
    </Ask>
  );
}
