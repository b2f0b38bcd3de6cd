/** What the text would ask of people over the next 90 days, asked for by hand, beside what the published text asks. */
import { useQueryClient } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { usePreferences } from "../frame/preferences";
import type { PlanPage, Rehearsal as Found } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { countText } from "../parts/count";
import { ErrorState } from "../parts/states";
import { partsWords } from "../words/parts";
import { planWords } from "../words/plan";
import { LoadHeatMap, type LoadRow } from "./LoadHeatMap";
import { versionInForce, versionQuery } from "./PlanHistory";
import { RehearsalSums } from "./RehearsalSums";
import { type Rehearsed, useRehearsal } from "./useRehearsal";

export function Rehearsal({ plan, text }: { plan: PlanPage; text: string }) {
  const words = useWords(planWords).rehearsal;
  const client = useQueryClient();
  const last = versionInForce(plan);
  const { run, done, days } = useRehearsal(async () => (last ? (await client.fetchQuery(versionQuery(plan.id, last.version))).text : null));
  return (
    <section className="rehearsal">
      <div className="row wrap">
        <h2>{words.title}</h2>
        <Button onClick={() => run.mutate(text)} loading={run.isPending}>{words.go}</Button>
        {run.data && !run.isPending && run.variables !== text && <span className="due">{words.stale}</span>}
        {!run.data && !run.isPending && <span className="quiet small">{words.hint}</span>}
      </div>
      <div aria-live="polite">{run.isPending && <p className="row"><progress aria-label={words.title} value={done} max={days} /> <span className="quiet small">{words.progress(done, days)}</span></p>}</div>
      {run.error && <ErrorState thrown={run.error} onRetry={() => run.mutate(text)} />}
      {run.data && !run.isPending && <Result of={run.data} published={last?.version} />}
    </section>
  );
}

type By = "people" | "units" | "channels";

function Result({ of, published }: { of: Rehearsed; published: number | undefined }) {
  const words = useWords(planWords).rehearsal;
  const common = useWords(partsWords);
  const { language } = usePreferences();
  const [by, setBy] = useState<By>("people");
  const [side, setSide] = useState<"draft" | "published">("draft");
  const found = side === "published" && of.published ? of.published : of.draft;
  const rows = rowsOf(found, by, (word) => wordFor(common.channels, word));
  return (
    <>
      <RehearsalSums of={of} published={published} />
      <div className="row wrap">
        <Segmented<By> value={by} onChange={setBy} aria-label={words.rows} options={(["people", "units", "channels"] as const).map((value) => ({ value, label: words.by[value] }))} />
        {of.published && <Segmented<"draft" | "published"> value={side} onChange={setSide} aria-label={words.sides} options={[{ value: "draft", label: words.draft }, { value: "published", label: words.published(published ?? 0) }]} />}
        {by === "people" && found.people_in_all > found.people.length && <span className="quiet small">{words.onlyFullest(found.people.length, countText(found.people_in_all, language))}</span>}
      </div>
      {rows.length === 0 ? <p className="quiet">{words.nobody}</p> : <LoadHeatMap key={by} from={found.from} days={found.touches.length} rows={rows} head={words.heads[by]} />}
    </>
  );
}

function rowsOf(found: Found, by: By, channel: (word: string) => string): LoadRow[] {
  if (by === "people") return found.people.map((one) => ({ id: one.id, name: one.name, note: one.unit_name, capacity: one.capacity, load: one.load }));
  if (by === "units") return found.units.map((one) => ({ id: one.id, name: one.name, capacity: one.capacity, load: one.load }));
  return Object.entries(found.channels).map(([word, load]) => ({ id: word, name: channel(word), load }));
}
