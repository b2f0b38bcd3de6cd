/** The columns of the customers list by their key; the name stays at the left. Cells are plain words: hundreds are drawn at once. */
import { useMemo } from "react";
import type { CustomerRow } from "../frame/shapes";
import { usePreferences } from "../frame/preferences";
import { useWords, wordFor } from "../frame/words";
import type { Column as Drawn } from "../parts/DataTable";
import { dayText } from "../parts/Day";
import { RowLink } from "../parts/RowLink";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import type { Column } from "./listAddress";
import { LabelChip } from "./LabelSet";
import { useLabels } from "./queries";

export function useColumns(shown: readonly Column[]): readonly Drawn<CustomerRow>[] {
  const words = useWords(customerWords).list;
  const parts = useWords(partsWords);
  const { language } = usePreferences();
  const label = useLabels();
  return useMemo(() => {
    const year = new Date().getFullYear();
    const day = (when: string | null | undefined) => (when ? dayText(when.slice(0, 10), language, year, "plain") : <span className="quiet">{parts.dash}</span>);
    const badge = (tone: string, text: string) => text && <span className={`badge ${tone}`}>{text}</span>;
    const all: Record<Column, Omit<Drawn<CustomerRow>, "key">> = {
      name: { title: words.name, width: 110, fixed: "left", draw: (row) => <RowLink to={`/customers/${row.id}`}>{row.name}</RowLink> },
      tier: { title: words.tier, width: 136, draw: (row) => <>{badge(row.tier ?? "", wordFor(parts.tiers, row.tier))} {badge(row.class ?? "", wordFor(parts.classes, row.class))}</> },
      age: { title: words.age, width: 86, draw: (row) => [wordFor(parts.genders, row.gender), row.age].filter((one) => one !== null && one !== "").join(" ") },
      region: { title: words.region, width: 100, draw: (row) => row.region },
      phone: { title: words.phone, width: 126, draw: (row) => row.phone_masked },
      owner: { title: words.owner, width: 86, draw: (row) => row.owner?.name ?? <span className="due">{words.orphan}</span> },
      unit: { title: words.unit, width: 120, draw: (row) => row.unit?.name },
      last: { title: words.last, width: 118, draw: (row) => day(row.last_contact_at) },
      next: { title: words.next, width: 184, draw: (row) => row.next_due && <>{day(row.next_due.day)} <span className="quiet">{row.next_due.title}</span></> },
      labels: { title: words.labels, width: 170, draw: (row) => row.labels[0] && <><LabelChip of={label(row.labels[0])} />{row.labels.length > 1 && <span className="quiet" title={row.labels.map((key) => label(key).title).join(parts.and)}> +{row.labels.length - 1}</span>}</> },
      lifecycle: { title: words.lifecycle, width: 90, draw: (row) => badge(row.lifecycle === "lost" || row.lifecycle === "blocked" ? "risk" : "", wordFor(parts.lifecycles, row.lifecycle)) },
    };
    return shown.map((key) => ({ key, ...all[key] }));
  }, [words, parts, language, label, shown]);
}
