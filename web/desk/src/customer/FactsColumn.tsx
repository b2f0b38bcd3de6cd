/** The left of the customer page: how to reach them, labels, consents, facts with source and date. */
import { QuestionOutlined } from "@ant-design/icons";
import { Button, Progress } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CustomerPage, FactRow } from "../frame/shapes";
import { usePreferences, type Language } from "../frame/preferences";
import { useWords, wordFor } from "../frame/words";
import { FactList } from "../parts/FactList";
import { Masked } from "../parts/Masked";
import { customerWords } from "../words/customer";
import { factsQuery } from "./queries";
import { ConsentList } from "./ConsentList";
import { FactValue } from "./FactValue";
import { LabelSet } from "./LabelSet";

const titleOf = (fact: { title_zh: string; title_en: string } | undefined, language: Language) => (language === "zh" ? fact?.title_zh : fact?.title_en);

export function FactsColumn({ customer }: { customer: CustomerPage }) {
  const words = useWords(customerWords);
  const { language } = usePreferences();
  const facts = useQuery(factsQuery);
  const [asked, ask] = useState<string | null>(null);
  const title = (key: string) => customer.facts.find((fact) => fact.key === key)?.title || titleOf(facts.data?.find((fact) => fact.key === key), language) || wordFor(words.factTitles, key);
  const has = (value: unknown) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
  const filled = customer.facts.filter((fact) => has(fact.value));
  const empty = customer.facts.filter((fact) => !has(fact.value));
  const line = (fact: FactRow) => ({ key: fact.key, title: fact.title || wordFor(words.factTitles, fact.key), value: <FactValue customer={customer} fact={fact} /> });
  return (
    <>
      <section>
        <h3>{words.page.contact}</h3>
        <FactList
          facts={customer.contact_points.map((point) => ({
            key: point.id, title: wordFor(words.contactKinds, point.kind), value: <Masked customer={customer.id} point={point.id} masked={point.masked} />,
          }))}
        />
      </section>
      <section>
        <h3>{words.page.labels}</h3>
        <LabelSet customer={customer} />
      </section>
      <section>
        <h3>{words.page.consents}</h3>
        <ConsentList customer={customer} />
      </section>
      <section>
        <h3>{words.page.facts}</h3>
        <FactList facts={filled.map(line)} />
        {empty.length > 0 && (
          <details className="small">
            <summary className="quiet">{words.page.notFilled(empty.length)}</summary>
            <FactList facts={empty.map(line)} />
          </details>
        )}
      </section>
      <section>
        <h3>{words.page.freshness}<span>{customer.freshness_percent} %</span></h3>
        <Progress percent={customer.freshness_percent} showInfo={false} size="small" aria-label={words.page.freshness} />
        {customer.ask_next.length > 0 && (
          <div className="ask-next">
            <p className="quiet small">{words.page.askNext}</p>
            {customer.ask_next.map((key) => {
              const fact = customer.facts.find((one) => one.key === key);
              if (fact && asked === key) return <div key={key}><span className="quiet small">{title(key)}</span> <FactValue customer={customer} fact={fact} first="editing" /></div>;
              return fact ? <Button key={key} size="small" type="dashed" icon={<QuestionOutlined />} onClick={() => ask(key)}>{title(key)}</Button> : <span key={key} className="label-chip">{title(key)}</span>;
            })}
          </div>
        )}
      </section>
    </>
  );
}
