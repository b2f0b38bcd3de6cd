/** Why this plan would or would not touch a certain customer on a certain day. */
import { Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import type { PlanPage } from "../frame/shapes";
import { useWords } from "../frame/words";
import { useSettled } from "../parts/useSettled";
import { DayField } from "../parts/DayField";
import { Shown } from "../parts/states";
import { WhyPanel } from "../parts/WhyPanel";
import { planWords } from "../words/plan";

export function PlanWhy({ plan }: { plan: PlanPage }) {
  const words = useWords(planWords);
  const { today } = useMe();
  const [typed, type] = useState("");
  const asked = useSettled(typed.trim());
  const [customer, choose] = useState<string>();
  const [day, setDay] = useState<string>(today);
  const found = useQuery({ queryKey: ["customer", "search", asked], queryFn: ({ signal }) => call("GET /search", { query: { q: asked }, signal }), enabled: asked.length > 0, placeholderData: (before) => before });
  const why = useQuery({ queryKey: ["customer", "one", customer ?? "", "why", day], queryFn: ({ signal }) => call("GET /customers/{id}/why", { path: { id: customer ?? "" }, query: { day }, signal }), enabled: Boolean(customer) });
  const options = (found.data ?? []).filter((hit) => hit.kind === "customer").map((hit) => ({ value: hit.id, label: `${hit.title} ${hit.subtitle}` }));
  return (
    <section className="column">
      <h2>{words.why}</h2>
      <div className="row">
        <Select className="grow" allowClear showSearch={{ filterOption: false, onSearch: type }} aria-label={words.whyWho} placeholder={words.whyWho} value={customer} onChange={choose} options={options} notFoundContent={null} />
        <DayField width={132} label={words.day} value={day} onChange={setDay} />
      </div>
      {!customer && <p className="quiet small">{plan.published ? words.whyHint : words.whyUnpublished}</p>}
      {customer && (
        <Shown of={why} lines={3}>
          {(page) => {
            const answers = page.answers.filter((one) => one.plan.id === plan.id);
            return answers.length > 0 ? <WhyPanel page={{ ...page, answers }} /> : <p className="quiet small">{words.whyUnpublished}</p>;
          }}
        </Shown>
      )}
    </section>
  );
}
