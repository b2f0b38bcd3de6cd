/** Packs of rules with their sources and days; the firm chooses which hold. A question about a day is answered by that day. */
import { Checkbox, Table } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { usePreferences } from "../frame/preferences";
import { halfOf, useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { Day } from "../parts/Day";
import { DayField } from "../parts/DayField";
import { HeadOfficeOnly, useInHeadOffice } from "../parts/HeadOffice";
import { Shown } from "../parts/states";
import { rightsWords } from "../words/rights";
import { lawQuery } from "./queries";
import { type Law, useLawChange } from "./useLawChange";

type Pack = components["schemas"]["PackShape"];
type Rule = components["schemas"]["RuleShape"];

export function Rules() {
  const words = useWords(rightsWords);
  const [day, setDay] = useState<string | undefined>();
  const law = useQuery(lawQuery(day));
  return (
    <>
      <HeadOfficeOnly right="rights.manage" />
      <p className="quiet small" style={{ maxWidth: 720, marginBottom: 12 }}>{words.rulesHint}</p>
      <div className="page-acts"><DayField clear="clear" placeholder={words.onDay} label={words.onDay} value={day} onChange={(at) => setDay(at || undefined)} /></div>
      <Shown of={law} lines={8}>{(found) => <Packs law={found} />}</Shown>
    </>
  );
}

function Packs({ law }: { law: Law }) {
  const words = useWords(rightsWords);
  const save = useLawChange();
  const fixed = !useInHeadOffice() || save.isPending;
  const turn = (key: string, on: boolean) => save.mutate((now) => ({ ...now, packs: [...now.packs.filter((one) => one !== key), ...(on ? [key] : [])] }));
  return (
    <>
      {law.packs.map((pack) => (
        <section key={pack.key} style={{ marginBottom: 20 }}>
          <h3 className="row">
            <Checkbox checked={pack.chosen} disabled={pack.key === "house" || fixed} onChange={(event) => turn(pack.key, event.target.checked)}><span className="pack-title">{pack.title}</span></Checkbox>
            <span className="quiet small">{words.signedBy(pack.signed_by)}</span>
          </h3>
          {pack.chosen && <PackTable pack={pack} />}
        </section>
      ))}
      <Checkbox checked={law.erasure_needs_two} disabled={fixed} onChange={(event) => { const { checked } = event.target; save.mutate((now) => ({ ...now, erasure_needs_two: checked })); }}>{words.two}</Checkbox>
    </>
  );
}

function PackTable({ pack }: { pack: Pack }) {
  const words = useWords(rightsWords);
  const { language } = usePreferences();
  return (
    <Table<Rule>
      rowKey="key"
      size="small"
      pagination={false}
      dataSource={pack.rules}
      columns={[
        { title: words.rule, key: "title", render: (_, rule) => <span className={rule.in_force ? undefined : "quiet"}>{rule.title}{!rule.in_force && <> · {words.notInForce}</>}</span> },
        { title: words.source, key: "source", render: (_, rule) => <SourceOf source={halfOf(language, rule.source)} checked={wordFor(words.checked, rule.checked)} doubt={rule.checked === "not verified"} /> },
        { title: words.effective, key: "effective", width: 190, render: (_, rule) => <><Day day={rule.effective_from} weekday="plain" />{rule.effective_to && <> – <Day day={rule.effective_to} weekday="plain" /></>}</> },
        { key: "enforced", width: 120, render: (_, rule) => <span className="quiet small">{rule.enforced ? words.enforced : words.byPeople}</span> },
      ]}
    />
  );
}

/** Where a rule comes from, and whether somebody checked it; what says the same is said once. */
function SourceOf({ source, checked, doubt }: { source: string; checked: string; doubt: boolean }) {
  return <>{source} {checked !== source && <span className={doubt ? "due small" : "quiet small"}>{checked}</span>}</>;
}
