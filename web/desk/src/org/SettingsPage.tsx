/** Settings: units, people, what the firm agreed on, and one's own account. Each part shows only what the role may do. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ComponentType, ReactNode } from "react";
import { useMe } from "../frame/session";
import { useTabTitle } from "../frame/tabs";
import { useWords } from "../frame/words";
import { later } from "../parts/later";
import { type Part, Parts } from "../parts/Parts";
import { Bones } from "../parts/states";
import { orgWords } from "../words/org";

// Each part is its own piece of code, fetched when it is first opened.
const part = <K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K) => later(() => load().then((all) => all[name]), <Bones />);
const Facts = part(() => import("../customer/Catalogue"), "Facts");
const Labels = part(() => import("../customer/Catalogue"), "Labels");
const RightsSettings = part(() => import("../rights/RightsSettings"), "RightsSettings");
const Scripts = part(() => import("../plan/Texts"), "Scripts");
const Templates = part(() => import("../plan/Texts"), "Templates");
const Gifts = part(() => import("../plan/Gifts"), "Gifts");
const WorkCalendar = part(() => import("../plan/WorkCalendar"), "WorkCalendar");
const Processes = part(() => import("../trace/Processes"), "Processes");
const RemarkForms = part(() => import("../work/RemarkForms"), "RemarkForms");
const OutcomeCodes = part(() => import("../work/OutcomeCodes"), "OutcomeCodes");
const Account = part(() => import("./Account"), "Account");
const Health = part(() => import("./Health"), "Health");
const Roles = part(() => import("./Roles"), "Roles");
const SignInPolicy = part(() => import("./security/SignInPolicy"), "SignInPolicy");
const Staff = part(() => import("./Staff"), "Staff");
const Tokens = part(() => import("./Tokens"), "Tokens");
const Units = part(() => import("./Units"), "Units");
const Webhooks = part(() => import("./Webhooks"), "Webhooks");

export default function SettingsPage() {
  const words = useWords(orgWords);
  useTabTitle(words.title);
  const me = useMe();
  const navigate = useNavigate();
  const { part: asked } = useSearch({ strict: false }) as { part?: string };
  const agrees = me.permissions.includes("catalogue.manage");
  const may = (right: string) => me.permissions.includes(right as never);
  const manages = may("staff.manage");
  const under = (group: string, wanted: boolean, of: readonly { key: string; label: string; children: ReactNode }[]): Part[] => (wanted ? of.map((one) => ({ ...one, group })) : []);
  const { tabs, groups: { firm, file, work, system, own } } = words;
  const parts = [
    ...under(firm, may("staff.read"), [{ key: "units", label: words.units, children: <Units /> }, { key: "staff", label: words.staff, children: <Staff /> }, { key: "roles", label: tabs.roles, children: <Roles /> }]),
    ...under(file, agrees, [{ key: "facts", label: tabs.facts, children: <Facts /> }, { key: "labels", label: tabs.labels, children: <Labels /> }]),
    ...under(file, may("rights.manage"), [{ key: "rights", label: tabs.rights, children: <RightsSettings /> }]),
    ...under(work, agrees && may("work.read"), [{ key: "results", label: tabs.results, children: <OutcomeCodes /> }, { key: "remarks", label: tabs.remarks, children: <RemarkForms /> }]),
    // Whoever answers for sales sees what each must show; who edits plans adds to it.
    ...under(work, may("traces.judge"), [{ key: "processes", label: tabs.processes, children: <Processes /> }]),
    ...under(work, agrees, [{ key: "scripts", label: tabs.scripts, children: <Scripts /> }, { key: "templates", label: tabs.templates, children: <Templates /> }, { key: "gifts", label: tabs.gifts, children: <Gifts /> }, { key: "calendar", label: tabs.calendar, children: <WorkCalendar /> }]),
    ...under(system, manages, [{ key: "sign-in", label: tabs.signIn, children: <SignInPolicy /> }, { key: "webhooks", label: tabs.webhooks, children: <Webhooks /> }, { key: "health", label: tabs.health, children: <Health /> }]),
    ...under(own, true, [{ key: "account", label: words.account, children: <Account /> }, { key: "tokens", label: tabs.tokens, children: <Tokens /> }]),
  ];
  const chosen = parts.some((one) => one.key === asked) ? asked : parts[0]?.key;
  return (
    <div className="page">
      <h1>{words.title}</h1>
      <Parts side items={parts} chosen={chosen} onChoose={(key) => void navigate({ to: ".", search: { part: key } as never, replace: true })} />
    </div>
  );
}
