/** Care plans: the list, the playbooks they come from, and the daily plan to try or run. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMe } from "../frame/session";
import { useTabTitle } from "../frame/tabs";
import { useWords } from "../frame/words";
import { planWords } from "../words/plan";
import { HeadOfficeOnly } from "../parts/HeadOffice";
import { Parts } from "../parts/Parts";
import { PlanList } from "./PlanList";
import { PlanRuns } from "./PlanRuns";
import { Playbooks } from "./Playbooks";
import "./plan.css";

export default function PlansPage() {
  const words = useWords(planWords);
  useTabTitle(words.title);
  const may = useMe().permissions.includes("plans.edit");
  const navigate = useNavigate();
  const { part } = useSearch({ strict: false }) as { part?: string };
  const parts = [
    { key: "plans", label: words.title, children: <PlanList /> },
    ...(may ? [{ key: "playbooks", label: words.playbooks, children: <Playbooks /> }, { key: "runs", label: words.runs, children: <PlanRuns /> }] : []),
  ];
  return (
    <div className="page">
      <h1>{words.title}</h1>
      <HeadOfficeOnly right="plans.edit" />
      <Parts items={parts} chosen={part} onChoose={(key) => void navigate({ to: ".", search: { part: key } as never, replace: true })} />
    </div>
  );
}
