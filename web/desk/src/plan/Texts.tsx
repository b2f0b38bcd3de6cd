/** Settings: the scripts and message templates of the firm and its playbooks, who uses each, and what became of it. */
import { MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown, Input, Table, type TableColumnsType } from "antd";
import { type ReactNode, useState } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { HeadOfficeOnly, useInHeadOffice } from "../parts/HeadOffice";
import { later } from "../parts/later";
import { matching } from "../parts/matching";
import { EmptyState, Shown } from "../parts/states";
import { useUndo } from "../parts/UndoToast";
import { partsWords } from "../words/parts";
import { planWords } from "../words/plan";
import { textWords } from "../words/text";
import { PlanLinks } from "./PlanLinks";
import { useTextAct } from "./TextParts";

const ScriptForm = later(() => import("./ScriptForm").then((all) => all.ScriptForm));
const TemplateForm = later(() => import("./TemplateForm").then((all) => all.TemplateForm));
const TextHistory = later(() => import("./TextHistory").then((all) => all.TextHistory));

type Template = components["schemas"]["TemplateShape"];
type Script = components["schemas"]["ScriptShape"];
type Head = components["schemas"]["TextHead"];

export function Templates() {
  const words = useWords(textWords);
  const { channels } = useWords(partsWords);
  const zh = usePreferences().language === "zh";
  const list = useQuery({ queryKey: ["plan", "templates"], queryFn: () => call("GET /templates") });
  const says = (one: Template) => (zh ? one.wordings[0]?.zh : one.wordings[0]?.en) ?? "";
  return (
    <Shown of={list}>
      {(rows) => (
        <TextList<Template>
          rows={rows}
          kind="template"
          why={words.templatesWhy}
          add={words.addTemplate}
          textOf={(one) => [one.key, wordFor(channels, one.channel), ...one.wordings.flatMap((each) => [each.zh, each.en])]}
          columns={[
            { title: words.channel, dataIndex: "channel", width: 90, render: (channel: string) => wordFor(channels, channel) },
            { title: words.says, key: "says", render: (_, one) => <span className="two-lines">{says(one)}</span> },
          ]}
          form={(one, close) => <TemplateForm template={one} onClose={close} />}
        />
      )}
    </Shown>
  );
}

export function Scripts() {
  const words = useWords(textWords);
  const zh = usePreferences().language === "zh";
  const list = useQuery({ queryKey: ["plan", "scripts"], queryFn: () => call("GET /scripts") });
  return (
    <Shown of={list}>
      {(rows) => (
        <TextList<Script>
          rows={rows}
          kind="script"
          why={words.scriptsWhy}
          add={words.addScript}
          textOf={(one) => [one.key, one.title.zh, one.title.en, ...one.stages.flatMap((stage) => [stage.body.zh, stage.body.en])]}
          columns={[
            { title: words.title, key: "title", render: (_, one) => (zh ? one.title.zh : one.title.en) },
            { title: words.says, key: "says", render: (_, one) => <span className="quiet">{one.stages.map((stage) => (zh ? stage.title.zh : stage.title.en)).join(" · ")}</span> },
          ]}
          form={(one, close) => <ScriptForm script={one} onClose={close} />}
        />
      )}
    </Shown>
  );
}

interface ListProps<T extends Head> {
  readonly rows: readonly T[];
  readonly kind: "template" | "script";
  readonly why: string;
  readonly add: string;
  readonly textOf: (row: T) => readonly string[];
  readonly columns: TableColumnsType<T>;
  readonly form: (edited: T | "new", close: () => void) => ReactNode;
}

function TextList<T extends Head>({ rows, kind, why, add, textOf, columns, form }: ListProps<T>) {
  const words = useWords(textWords);
  const { playbookNames } = useWords(planWords);
  const [typed, type] = useState("");
  const [edited, edit] = useState<T | "new" | null>(null);
  const [looked, look] = useState<string | null>(null);
  const may = useInHeadOffice();
  const found = matching(rows, typed, textOf);
  const all: TableColumnsType<T> = [
    { title: words.key, dataIndex: "key", width: 200, render: (key: string, one) => <><span className="mono">{key}</span>{one.retired_at && <span className="badge" style={{ marginLeft: 6 }}>{words.retired}</span>}</> },
    ...columns,
    { title: words.origin, key: "origin", width: 130, render: (_, one) => <span className={one.edited ? "badge info" : "badge"}>{words.origins(one.playbook && wordFor(playbookNames, one.playbook), one.edited)}</span> },
    { title: words.used, key: "used", width: 220, render: (_, one) => <PlanLinks plans={one.plans} none={words.unused} /> },
    { key: "act", width: 60, render: (_, one) => <Acts of={one} kind={kind} onEdit={() => edit(one)} onLook={() => look(one.key)} /> },
  ];
  return (
    <>
      <HeadOfficeOnly right="catalogue.manage" />
      <p className="quiet" style={{ marginBottom: 12, maxWidth: 720 }}>{why}</p>
      <div className="page-acts">
        <Input.Search allowClear placeholder={words.find} aria-label={words.find} style={{ width: 280 }} onChange={(event) => type(event.target.value)} />
        {may && <Button type="primary" icon={<PlusOutlined />} onClick={() => edit("new")}>{add}</Button>}
      </div>
      {found.length > 0 ? (
        <Table<T> rowKey="key" size="small" columns={all} dataSource={found} pagination={{ defaultPageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} />
      ) : rows.length > 0 ? (
        <EmptyState title={words.noMatch} next={words.noMatchNext} />
      ) : (
        <EmptyState title={words.none} next={words.noneNext} />
      )}
      {edited && form(edited, () => edit(null))}
      {looked && <TextHistory kind={kind} of={looked} onClose={() => look(null)} />}
    </>
  );
}

function Acts({ of: text, kind, onEdit, onLook }: { of: Head; kind: "template" | "script"; onEdit: () => void; onLook: () => void }) {
  const words = useWords(textWords);
  const may = useInHeadOffice();
  const path = { key: text.key };
  const offerUndo = useUndo();
  const resume = useTextAct(() => call(kind === "template" ? "DELETE /templates/{key}/retirement" : "DELETE /scripts/{key}/retirement", { path }), words.resumeDone);
  const retire = useTextAct(() => call(kind === "template" ? "POST /templates/{key}/retirement" : "POST /scripts/{key}/retirement", { path }), undefined, () => offerUndo(words.retireDone, () => resume.mutate(undefined)));
  const history = { key: "history", label: words.history, onClick: onLook };
  const items = !may ? [history] : [
    { key: "edit", label: words.edit, onClick: onEdit },
    history,
    text.retired_at ? { key: "resume", label: words.resume, onClick: () => resume.mutate(undefined) } : { key: "retire", label: words.retire, onClick: () => retire.mutate(undefined) },
  ];
  return <Dropdown trigger={["click"]} menu={{ items }}><Button size="small" icon={<MoreOutlined />} aria-label={`${words.more} ${text.key}`} /></Dropdown>;
}
