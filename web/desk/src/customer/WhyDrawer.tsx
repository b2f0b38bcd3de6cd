/** "Why?" for one customer on any day; of work that a batch asked for, the batch first. */
import { Drawer } from "antd";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMe } from "../frame/session";
import type { TouchPage } from "../frame/shapes";
import { useWords } from "../frame/words";
import { DayField } from "../parts/DayField";
import { Shown } from "../parts/states";
import { Ago } from "../parts/Day";
import { PlansBehind, WhyPanel } from "../parts/WhyPanel";
import { partsWords } from "../words/parts";
import { whyQuery } from "./queries";

type Origin = NonNullable<TouchPage["origin"]>;

export function WhyDrawer({ customer, name, origin, onClose }: { customer: string; name: string; origin?: Origin | null; onClose: () => void }) {
  const words = useWords(partsWords).why;
  const { today } = useMe();
  const [day, setDay] = useState(today);
  const answer = useQuery(whyQuery(customer, day));
  return (
    <Drawer
      open size={520} onClose={onClose} title={`${words.title} · ${name}`}
      extra={<DayField label={words.on} value={day} onChange={setDay} />}
    >
      {day < today && <p className="info small" style={{ marginBottom: 8 }}>{words.past}</p>}
      {origin && <FromBatch origin={origin} />}
      <Shown of={answer}>{(page) => (origin ? <PlansBehind page={page} /> : <WhyPanel page={page} />)}</Shown>
    </Drawer>
  );
}

function FromBatch({ origin }: { origin: Origin }) {
  const words = useWords(partsWords).why;
  const reads = useMe().permissions.includes("batches.read");
  const name = words.from(origin.batch_name);
  return (
    <section className="panel" style={{ marginBottom: 12 }}>
      <p><strong>{reads ? <Link to={`/batches/${origin.batch}`}>{name}</Link> : name}</strong></p>
      <p className="quiet small">{origin.by_name && <>{words.byWhom(origin.by_name)} · </>}<Ago at={origin.at} /></p>
      <p>{words.batchReason}: {origin.reason}</p>
    </section>
  );
}
