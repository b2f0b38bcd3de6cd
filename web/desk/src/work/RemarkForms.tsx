/** Settings: the forms in which remarks are written, one for a kind of work. */
import { MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Input, Table, type TableColumnsType } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useWords, wordFor } from "../frame/words";
import { useAct } from "../org/useOrg";
import { HeadOfficeOnly, useInHeadOffice } from "../parts/HeadOffice";
import { later } from "../parts/later";
import { matching } from "../parts/matching";
import { EmptyState, Shown } from "../parts/states";
import { useUndo } from "../parts/UndoToast";
import { planWords } from "../words/plan";
import { remarkWords } from "../words/remark";
import { type Form, remarkFormsQuery } from "./remarkQueries";
import { written } from "./remarkForm";
import { useBusinessTypes } from "./useBusinessTypes";

const RemarkEditor = later(() => import("./RemarkEditor").then((all) => all.RemarkEditor));

export function RemarkForms() {
  const words = useWords(remarkWords);
  const types = useBusinessTypes();
  const forms = useQuery(remarkFormsQuery);
  const [typed, type] = useState("");
  const [edited, edit] = useState<Form | "new" | null>(null);
  const may = useInHeadOffice();
  return (
    <>
      <HeadOfficeOnly right="catalogue.manage" />
      <p className="quiet" style={{ marginBottom: 12, maxWidth: 720 }}>{words.why}</p>
      <div className="page-acts">
        <Input.Search allowClear placeholder={words.find} aria-label={words.find} style={{ width: 280 }} onChange={(event) => type(event.target.value)} />
        {may && <Button type="primary" icon={<PlusOutlined />} disabled={!forms.data} onClick={() => edit("new")}>{words.add}</Button>}
      </div>
      <Shown of={forms}>
        {(all) => {
          const found = matching(all, typed, (one) => [wordFor(types, one.business_type), ...one.parts.flatMap((part) => [part.title.zh, part.title.en])]);
          if (all.length === 0) return <EmptyState title={words.none} next={words.noneNext} />;
          return found.length === 0 ? <EmptyState title={words.noMatch} next={words.noMatchNext} /> : <FormTable rows={found} onEdit={may ? edit : undefined} />;
        }}
      </Shown>
      {edited && forms.data && <RemarkEditor form={edited} taken={forms.data.map((one) => one.business_type)} onClose={() => edit(null)} />}
    </>
  );
}

function FormTable({ rows, onEdit }: { rows: readonly Form[]; onEdit?: (form: Form) => void }) {
  const words = useWords(remarkWords);
  const { playbookNames } = useWords(planWords);
  const { language } = usePreferences();
  const types = useBusinessTypes();
  const columns: TableColumnsType<Form> = [
    { title: words.business, dataIndex: "business_type", width: 180, render: (key: string) => wordFor(types, key) },
    { title: words.form, key: "form", render: (_, one) => <span className="small">{written(one.parts, language, words.sample)}</span> },
    { title: words.origin, dataIndex: "playbook", width: 120, render: (playbook: string) => <span className={playbook ? "badge" : "badge info"}>{playbook ? wordFor(playbookNames, playbook) : words.ours}</span> },
    ...(onEdit ? [{ key: "act", width: 60, render: (_: unknown, one: Form) => <Acts of={one} onEdit={() => onEdit(one)} /> }] : []),
  ];
  return <Table<Form> rowKey="business_type" size="small" columns={columns} dataSource={[...rows]} pagination={false} />;
}

function Acts({ of: form, onEdit }: { of: Form; onEdit: () => void }) {
  const words = useWords(remarkWords);
  const client = useQueryClient();
  const offerUndo = useUndo();
  const business = wordFor(useBusinessTypes(), form.business_type);
  const path = { business_type: form.business_type };
  const fresh = () => void client.invalidateQueries({ queryKey: remarkFormsQuery.queryKey });
  const back = useAct<undefined>(() => call("PUT /remark-forms/{business_type}", { path, body: { parts: form.parts as never } }), undefined, fresh);
  const remove = useAct<undefined>(() => call("DELETE /remark-forms/{business_type}", { path }), undefined, () => { fresh(); offerUndo(words.removed(business), () => back.mutate(undefined)); });
  const items = [{ key: "edit", label: words.edit(business), onClick: onEdit }, { key: "remove", label: words.remove(business), onClick: () => remove.mutate(undefined) }];
  return <Dropdown trigger={["click"]} menu={{ items }}><Button size="small" icon={<MoreOutlined />} aria-label={words.more(business)} /></Dropdown>;
}
