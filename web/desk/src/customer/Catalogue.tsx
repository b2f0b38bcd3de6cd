/**
 * The two lists that the firm agrees on in the settings: facts and labels. Both are found by what stands in a row and
 * added to by whoever may define them; nothing is changed or taken away here, since the server has no such verb.
 */
import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Table, type TableColumnsType } from "antd";
import { type ReactNode, useState } from "react";
import { usePreferences } from "../frame/preferences";
import type { LabelRow } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { HeadOfficeOnly, useRulesFirm } from "../parts/HeadOffice";
import { later } from "../parts/later";
import { matching } from "../parts/matching";
import { EmptyState, Shown } from "../parts/states";
import { catalogueWords } from "../words/catalogue";
import { partsWords } from "../words/parts";
import { LabelChip } from "./LabelSet";
import { factsQuery, labelsQuery } from "./queries";

type FactDefinition = components["schemas"]["FactShape"];

const FactForm = later(() => import("./CatalogueForms").then((all) => all.FactForm));
const LabelForm = later(() => import("./CatalogueForms").then((all) => all.LabelForm));

export function Facts() {
  const words = useWords(catalogueWords);
  const zh = usePreferences().language === "zh";
  const facts = useQuery(factsQuery);
  const columns: TableColumnsType<FactDefinition> = [
    { title: words.title, key: "title", render: (_, fact) => (zh ? fact.title_zh : fact.title_en) },
    { title: zh ? words.titleEn : words.titleZh, key: "other", render: (_, fact) => <span className="quiet">{zh ? fact.title_en : fact.title_zh}</span> },
    { title: words.key, dataIndex: "key", render: (key: string) => <span className="mono">{key}</span> },
    { title: words.type, dataIndex: "type", width: 140, render: (type: string) => wordFor(words.types, type) },
    { title: words.origin, dataIndex: "origin", width: 180, render: (origin: string) => <span className={origin === "firm" ? "badge info" : "badge"}>{wordFor(words.origins, origin)}</span> },
  ];
  return (
    <Shown of={facts}>
      {(rows) => (
        <Agreed
          // The firm's own come first: they are what a person comes here for.
          rows={[...rows.filter((fact) => fact.origin === "firm"), ...rows.filter((fact) => fact.origin !== "firm")]}
          columns={columns}
          textOf={(fact) => [fact.key, fact.title_zh, fact.title_en]}
          words={{ why: words.factsWhy, find: words.findFact, add: words.addFact, none: words.noFacts, noneNext: words.noFactsNext }}
          form={(close) => <FactForm onClose={close} />}
        />
      )}
    </Shown>
  );
}

export function Labels() {
  const words = useWords(catalogueWords);
  const common = useWords(partsWords);
  const zh = usePreferences().language === "zh";
  const labels = useQuery(labelsQuery);
  const setBy = (roles: string | undefined) => (!roles || roles === "anyone" ? words.anyone : roles.split(",").map((role) => wordFor(common.roles, role.trim())).join(zh ? "、" : ", "));
  const columns: TableColumnsType<LabelRow> = [
    { title: words.title, key: "title", render: (_, label) => <LabelChip of={{ title: zh ? label.title_zh : label.title_en, colour: label.colour ?? "" }} /> },
    { title: zh ? words.titleEn : words.titleZh, key: "other", render: (_, label) => <span className="quiet">{zh ? label.title_en : label.title_zh}</span> },
    { title: words.group, dataIndex: "family", width: 160, render: (family: string) => wordFor(words.families, family) },
    { title: words.key, dataIndex: "key", render: (key: string) => <span className="mono">{key}</span> },
    { title: words.setBy, dataIndex: "set_by", render: setBy },
  ];
  return (
    <Shown of={labels}>
      {(rows) => (
        <Agreed
          rows={rows}
          columns={columns}
          textOf={(label) => [label.key, label.title_zh, label.title_en, label.family]}
          words={{ why: words.labelsWhy, find: words.findLabel, add: words.addLabel, none: words.noLabels, noneNext: words.noLabelsNext }}
          form={(close) => <LabelForm groups={[...new Set(rows.map((label) => label.family ?? "").filter(Boolean))]} onClose={close} />}
        />
      )}
    </Shown>
  );
}

interface AgreedProps<T> {
  readonly rows: readonly T[];
  readonly columns: TableColumnsType<T>;
  readonly textOf: (row: T) => readonly (string | undefined)[];
  readonly words: { readonly why: string; readonly find: string; readonly add: string; readonly none: string; readonly noneNext: string };
  readonly form: (close: () => void) => ReactNode;
}

function Agreed<T extends { key: string }>({ rows, columns, textOf, words, form }: AgreedProps<T>) {
  const common = useWords(catalogueWords);
  const may = useRulesFirm("catalogue.manage");
  const [typed, type] = useState("");
  const [adding, add] = useState<"adding" | "closed">("closed");
  const found = matching(rows, typed, textOf);
  return (
    <>
      <HeadOfficeOnly right="catalogue.manage" />
      <p className="quiet" style={{ marginBottom: 12 }}>{words.why}</p>
      <div className="page-acts">
        <Input.Search allowClear placeholder={words.find} aria-label={words.find} style={{ width: 280 }} onChange={(event) => type(event.target.value)} />
        {may && <Button type="primary" icon={<PlusOutlined />} onClick={() => add("adding")}>{words.add}</Button>}
      </div>
      {found.length > 0 ? (
        <Table<T> rowKey="key" size="small" columns={columns} dataSource={found} pagination={{ defaultPageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} />
      ) : rows.length > 0 ? (
        <EmptyState title={common.noMatch} next={common.noMatchNext} />
      ) : (
        <EmptyState title={words.none} next={words.noneNext} />
      )}
      {adding === "adding" && form(() => add("closed"))}
    </>
  );
}
