/** Hands a batch out: by rule or by number, to units, with a last day. */
import { App, Checkbox, Drawer, InputNumber, Radio, Button } from "antd";
import { Link } from "@tanstack/react-router";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BatchPage } from "../frame/shapes";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { inBatchQuery } from "../intake/queries";
import { daysLater } from "../parts/Day";
import { DayField } from "../parts/DayField";
import { useProblemWords } from "../parts/problemWords";
import { ErrorState, Shown } from "../parts/states";
import { workWords } from "../words/work";
import { type Left, outcomeSaid, together } from "./handedOut";

type Rule = "even" | "capacity" | "region" | "owner" | "count";
const DAYS_GIVEN = 14;

type How = { rule?: Exclude<Rule, "count">; counts?: Readonly<Record<string, number>>; not_after: string };

/** One call takes only so many: goes on behind them until nobody waits. What was given counts against the wished numbers. */
async function handOutAll(id: string, how: How, told: (total: number) => void): Promise<{ total: number; left: Left }> {
  const wanted = { ...how.counts };
  let [total, left, behind] = [0, {} as Left, undefined as string | undefined];
  do {
    const to = how.counts && Object.entries(wanted).filter(([, count]) => count > 0).map(([unit_id, count]) => ({ unit_id, count }));
    if (to?.length === 0) break;
    const answer = await call("POST /batches/{id}/hand-out", { path: { id }, body: { rule: how.rule, to, not_after: how.not_after, behind } });
    for (const [unit, count] of Object.entries(answer.given)) wanted[unit] = (wanted[unit] ?? 0) - count;
    total += answer.total;
    left = together(left, answer.left);
    behind = answer.next ?? undefined;
    told(total);
  } while (behind);
  return { total, left };
}

export function HandOut({ batch, onClose }: { batch: BatchPage; onClose: () => void }) {
  const words = useWords(workWords).handOut;
  const told = useProblemWords();
  const me = useMe();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [rule, setRule] = useState<Rule>("even");
  const [counts, setCounts] = useState<Readonly<Record<string, number>>>({});
  const [last, setLast] = useState(daysLater(me.today, DAYS_GIVEN));
  const counted = useQuery({ ...inBatchQuery(batch.id), staleTime: 0 });
  const open = counted.data?.waiting ?? null;
  const given = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const chosen = Object.keys(counts);
  const needsUnits = rule === "count";
  const [soFar, setSoFar] = useState(0);
  const handOut = useMutation({
    mutationFn: () => handOutAll(batch.id, { rule: needsUnits ? undefined : rule, counts: needsUnits ? counts : undefined, not_after: last }, setSoFar),
    onSuccess: ({ total, left }) => {
      const all = Object.values(left).reduce((sum, count) => sum + count, 0);
      void message[total > 0 ? "success" : "warning"](outcomeSaid(words, total, left), all > 0 ? 8 : undefined);
      onClose();
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["intake"] });
      void client.invalidateQueries({ queryKey: ["work"] });
    },
  });
  const uncounted = open === null ? counted.error : null;
  const none = (open === 0 || uncounted !== null) && !handOut.isPending;
  // As long as nobody knows how many wait, no number is too many.
  const left = open === null ? 0 : open - given;
  const blocked = (needsUnits && chosen.length === 0) || (rule === "count" && (given === 0 || left < 0));
  return (
    <Drawer
      open size={460} title={words.title} onClose={onClose}
      // Where nobody waits there is no way to choose: only what became of them.
      footer={!none && <div className="row">{blocked && <span className="quiet small">{words.choose}</span>}{handOut.isPending && soFar > 0 && <span className="quiet small" role="status">{words.done(soFar)}…</span>}<span className="grow" /><Button type="primary" disabled={blocked} loading={handOut.isPending} onClick={() => handOut.mutate()}>{words.do}</Button></div>}
    >
      <div className="column" style={{ gap: 16 }}>
        {uncounted && <ErrorState thrown={uncounted} onRetry={() => void counted.refetch()} />}
        {!uncounted && <p role="status"><strong>{open === null ? "…" : open > 0 ? words.lead(open) : counted.data?.customers === 0 ? words.nobody : words.allOut}</strong></p>}
        {none && !uncounted && counted.data?.customers !== 0 && <Link to="/board" search={{ batch: batch.id, look: "table" } as never}>{words.toBoard} ▸</Link>}
        {!none && (
          <>
            <Radio.Group className="choice" value={rule} onChange={(event) => setRule(event.target.value as Rule)}>
              {(["even", "capacity", "region", "owner"] as const).map((one) => <Radio key={one} value={one}>{words.rules[one]} <span className="quiet small">{words.ruleHints[one]}</span></Radio>)}
              <Radio value="count">{words.byCount}</Radio>
            </Radio.Group>
            {needsUnits && <Units counts={counts} withCount={rule === "count" ? "count" : "plain"} onChange={setCounts} />}
            {rule === "count" && open !== null && <p className={left < 0 ? "risk" : "quiet"}>{left < 0 ? words.over(-left) : words.left(left)}</p>}
            <span className="row"><span className="quiet">{words.notAfter}</span><DayField label={words.notAfter} value={last} min={me.today} onChange={setLast} /></span>
          </>
        )}
      </div>
    </Drawer>
  );
}

function Units({ counts, withCount, onChange }: { counts: Readonly<Record<string, number>>; withCount: "count" | "plain"; onChange: (next: Record<string, number>) => void }) {
  const words = useWords(workWords).handOut;
  const units = useQuery({ queryKey: ["org", "units"], queryFn: () => call("GET /units") });
  return (
    <section>
      <h3 style={{ marginBottom: 6 }}>{words.to}</h3>
      <Shown of={units} lines={3}>
        {(all) => (
          <ul className="column" style={{ gap: 4 }}>
            {all.filter((unit) => unit.parent_id !== null).map((unit) => (
              <li key={unit.id} className="row" style={{ minHeight: 28, paddingInlineStart: unit.kind === "team" ? 20 : 0 }}>
                <Checkbox
                  checked={unit.id in counts}
                  onChange={(event) => {
                    const { [unit.id]: _, ...others } = counts;
                    onChange(event.target.checked ? { ...counts, [unit.id]: 0 } : others);
                  }}
                >
                  {unit.name} <span className="quiet small">{unit.staff_count}</span>
                </Checkbox>
                <span className="grow" />
                {withCount === "count" && unit.id in counts && <InputNumber size="small" min={0} value={counts[unit.id]} aria-label={`${words.count} ${unit.name}`} onChange={(count) => onChange({ ...counts, [unit.id]: Number(count ?? 0) })} />}
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </section>
  );
}
