/** The left of the customer page: how to reach them, labels, consents, facts with source and date. */
import { PlusOutlined, QuestionOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { CustomerPage, FactRow } from "../frame/shapes";
import { usePreferences, type Language } from "../frame/preferences";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { FactList } from "../parts/FactList";
import { Folded } from "../parts/Folded";
import { later } from "../parts/later";
import { Masked } from "../parts/Masked";
import { customerWords } from "../words/customer";
import { Awaited } from "./Awaited";
import { factsQuery } from "./queries";
import { ConsentList } from "./ConsentList";
import { EditFact, FactField, FactValue } from "./FactValue";
import { LabelSet } from "./LabelSet";
import { isPointKind, missingKinds, type PointKind } from "./points";

const PointEditor = later(() => import("./PointEditor").then((all) => all.PointEditor));
const titleOf = (fact: { title_zh: string; title_en: string } | undefined, language: Language) => (language === "zh" ? fact?.title_zh : fact?.title_en);

export function FactsColumn({ customer }: { customer: CustomerPage }) {
  const words = useWords(customerWords);
  const { language } = usePreferences();
  const facts = useQuery(factsQuery);
  const [asked, ask] = useState<string | null>(null);
  const may = useMe().permissions.includes("customers.edit") ? "edit" : "read";
  // The page stands: whoever now presses a pencil finds the field there.
  useEffect(() => {
    if (may === "edit") for (const field of [FactField, PointEditor]) field.ahead();
  }, [may]);
  const title = (key: string) => customer.facts.find((fact) => fact.key === key)?.title || titleOf(facts.data?.find((fact) => fact.key === key), language) || wordFor(words.factTitles, key);
  const has = (value: unknown) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
  const filled = customer.facts.filter((fact) => has(fact.value));
  const empty = customer.facts.filter((fact) => !has(fact.value));
  const line = (fact: FactRow) => ({ key: fact.key, title: fact.title || wordFor(words.factTitles, fact.key), value: <FactValue customer={customer} fact={fact} may={may} /> });
  return (
    <>
      <Contact customer={customer} may={may} />
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
        {empty.length > 0 && <Folded title={words.page.notFilled(empty.length)}><FactList facts={empty.map(line)} /></Folded>}
      </section>
      <section>
        <h3>{words.page.freshness}<span>{customer.freshness_percent} %</span></h3>
        <progress className="freshness" max={100} value={customer.freshness_percent} aria-label={words.page.freshness} />
        {customer.ask_next.length > 0 && (
          <div className="ask-next">
            <p className="quiet small">{words.page.askNext}</p>
            {customer.ask_next.map((key) => {
              const fact = customer.facts.find((one) => one.key === key);
              if (asked === key && isPointKind(key)) return <Points key={key} customer={customer} kind={key} onClose={() => ask(null)} />;
              if (fact && asked === key) return <div key={key}><span className="quiet small">{title(key)}</span> <FactValue customer={customer} fact={fact} may={may} first="editing" /></div>;
              return may === "edit" && (fact || isPointKind(key)) ? <Button key={key} size="small" type="dashed" icon={<QuestionOutlined />} onClick={() => ask(key)}>{title(key)}</Button> : <span key={key} className="label-chip">{title(key)}</span>;
            })}
          </div>
        )}
      </section>
    </>
  );
}

/** How to reach the customer. A kind is changed as a whole; of what is missing each kind can be added. */
function Contact({ customer, may }: { customer: CustomerPage; may: "edit" | "read" }) {
  const { page: words, contactKinds } = useWords(customerWords);
  const [changing, change] = useState<PointKind | null>(null);
  const points = customer.contact_points;
  const line = (point: (typeof points)[number]) => {
    const { id, kind } = point;
    const title = wordFor(contactKinds, kind);
    const changes = may === "edit" && isPointKind(kind) && points.find((one) => one.kind === kind) === point;
    const value = (
      <span className="row" style={{ gap: 2 }}>
        <Masked customer={customer.id} point={id} masked={point.masked} />
        {changes && <EditFact label={words.editFact(title)} onClick={() => change(kind)} />}
      </span>
    );
    return { key: id, title, value };
  };
  const missing = may === "edit" ? missingKinds(points).filter((kind) => kind !== changing) : [];
  return (
    <section>
      <h3>{words.contact}</h3>
      <FactList facts={points.filter((point) => point.kind !== changing).map(line)} />
      {changing && <div className="column" style={{ gap: 4, marginBlock: 4 }}><span className="quiet small">{wordFor(contactKinds, changing)}</span><Points key={changing} customer={customer} kind={changing} onClose={() => change(null)} /></div>}
      {missing.length > 0 && (
        <div className="row wrap" style={{ gap: 4, marginTop: 4 }}>
          {missing.map((kind) => <Button key={kind} size="small" type="dashed" icon={<PlusOutlined />} aria-label={words.addPoint(wordFor(contactKinds, kind))} onClick={() => change(kind)}>{wordFor(contactKinds, kind)}</Button>)}
        </div>
      )}
    </section>
  );
}

/** The field of a kind of contact points, or what holds its place. */
function Points({ customer, kind, onClose }: { customer: CustomerPage; kind: PointKind; onClose: () => void }) {
  const { contactKinds } = useWords(customerWords);
  return (
    <>
      <Awaited of={PointEditor} label={wordFor(contactKinds, kind)} onEscape={onClose} />
      <PointEditor customer={customer} kind={kind} onClose={onClose} />
    </>
  );
}
