/** The nights that ran, newest first: what they looked at and what came of it. */
import { useQuery } from "@tanstack/react-query";
import { Table, type TableColumnsType } from "antd";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { countText } from "../parts/count";
import { Ago, Day } from "../parts/Day";
import { EmptyState, Shown } from "../parts/states";
import { planWords } from "../words/plan";

type Night = components["schemas"]["RunShape"];
const COUNTS = ["customers", "eligible", "touches", "new", "deferred"] as const;

export function Nights() {
  const words = useWords(planWords);
  const { language } = usePreferences();
  const nights = useQuery({ queryKey: ["plan", "nights"], queryFn: () => call("GET /plan-runs") });
  const columns: TableColumnsType<Night> = [
    { title: words.day, dataIndex: "day", width: 140, render: (day: string) => <Day day={day} /> },
    ...COUNTS.map((key) => ({ title: wordFor(words.counts, key), key, align: "right" as const, width: 112, render: (_: unknown, night: Night) => figureOf(night.counts, key, language) })),
    { title: words.ranAt, dataIndex: "last_at", width: 160, className: "after-figures", render: (at: string) => <Ago at={at} /> },
    { title: words.ranTimes, dataIndex: "runs", align: "right", width: 80 },
  ];
  return (
    <section className="column" style={{ marginTop: 24 }}>
      <h2>{words.nights}</h2>
      <Shown of={nights} lines={6}>
        {({ items }) => (items.length === 0 ? <EmptyState title={words.noNights} next={words.noNightsNext} /> : <Table<Night> rowKey="day" size="small" columns={columns} dataSource={items} pagination={{ defaultPageSize: 15, hideOnSinglePage: true, showSizeChanger: false }} />)}
      </Shown>
    </section>
  );
}

function figureOf(counts: unknown, key: string, language: "zh" | "en"): string {
  const figure = (counts as Record<string, unknown> | null)?.[key];
  return typeof figure === "number" ? countText(figure, language) : "—";
}
