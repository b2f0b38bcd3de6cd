/** The columns of the customers list by their key; the name stays at the left. */
import type { TableColumnsType } from "antd";
import { useMemo } from "react";
import type { CustomerRow } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { ClassBadge, Lifecycle, Tier } from "../parts/badges";
import { Day } from "../parts/Day";
import { RowLink } from "../parts/RowLink";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import type { Column } from "./listAddress";
import { LabelChip } from "./LabelSet";
import { useLabels } from "./queries";

export function useColumns(shown: readonly Column[]): TableColumnsType<CustomerRow> {
  const words = useWords(customerWords).list;
  const parts = useWords(partsWords);
  const label = useLabels();
  return useMemo(() => {
    const all: Record<Column, TableColumnsType<CustomerRow>[number]> = {
      name: { title: words.name, width: 110, fixed: "left", render: (_, row) => <RowLink to={`/customers/${row.id}`}>{row.name}</RowLink> },
      tier: { title: words.tier, width: 144, render: (_, row) => <span className="row" style={{ gap: 4 }}><Tier tier={row.tier} /><ClassBadge of={row.class} /></span> },
      age: { title: words.age, width: 90, render: (_, row) => [wordFor(parts.genders, row.gender), row.age].filter((one) => one !== null && one !== "").join(" ") },
      region: { title: words.region, width: 110, ellipsis: true, render: (_, row) => row.region },
      phone: { title: words.phone, width: 130, render: (_, row) => row.phone_masked },
      owner: { title: words.owner, width: 96, ellipsis: true, render: (_, row) => row.owner?.name ?? <span className="due">{words.orphan}</span> },
      unit: { title: words.unit, width: 120, ellipsis: true, render: (_, row) => row.unit?.name },
      last: { title: words.last, width: 110, render: (_, row) => <Day day={row.last_contact_at} weekday="plain" /> },
      next: { title: words.next, width: 180, ellipsis: true, render: (_, row) => (row.next_due ? <><Day day={row.next_due.day} weekday="plain" /> <span className="quiet">{row.next_due.title}</span></> : "") },
      labels: { title: words.labels, width: 170, ellipsis: true, render: (_, row) => <span className="row" style={{ gap: 4 }}>{row.labels.slice(0, 2).map((key) => <LabelChip key={key} of={label(key)} />)}</span> },
      lifecycle: { title: words.lifecycle, width: 90, render: (_, row) => <Lifecycle of={row.lifecycle} /> },
    };
    return shown.map((key) => ({ key, ...all[key] }));
  }, [words, parts, label, shown]);
}
