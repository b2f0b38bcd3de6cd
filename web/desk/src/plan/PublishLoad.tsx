/** What publishing would change in each person's work over the first days, beside what runs today. Nothing waits for it (DESK.md 5). */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useState } from "react";
import { watchNews } from "../frame/live";
import { usePreferences } from "../frame/preferences";
import type { PlanPage } from "../frame/shapes";
import { useWords } from "../frame/words";
import { countText } from "../parts/count";
import { ErrorState } from "../parts/states";
import { publishWords } from "../words/publish";
import { changeOf, DAYS, differenceQuery, type LoadDifference, progressOf, signed, sum } from "./loadDifference";
import "./publish.css";

export function PublishLoad({ plan, text }: { plan: PlanPage; text: string }) {
  const words = useWords(publishWords);
  const difference = useQuery(differenceQuery(text));
  const progress = useProgress(difference.isFetching);
  return (
    <section className="publish-load" aria-label={words.title(DAYS)}>
      <h3>{words.title(DAYS)}</h3>
      <p className="quiet small">{words.hint}</p>
      {plan.state === "paused" && <p className="due">{words.paused}</p>}
      <div aria-live="polite">{difference.isPending && difference.isFetching && <p className="row wrap"><progress aria-label={words.title(DAYS)} value={progress.done} max={progress.all} /> <span className="quiet small">{words.working(progress.done, progress.all)}</span></p>}</div>
      {difference.error && !difference.isFetching && <ErrorState thrown={difference.error} onRetry={() => void difference.refetch()} />}
      {difference.data && <Found of={difference.data} />}
    </section>
  );
}

/** How far the comparison is, as the news tell it: both runs together. */
function useProgress(running: boolean) {
  const [progress, tell] = useState({ done: 0, all: DAYS * 2 });
  useEffect(() => {
    if (!running) return;
    tell({ done: 0, all: DAYS * 2 });
    return watchNews((name, news) => {
      const now = progressOf(name, news);
      // News may overtake each other; what was shown is never taken back.
      if (now) tell((before) => (now.done > before.done ? now : before));
    });
  }, [running]);
  return progress;
}

const FIRST = 10;

function Found({ of }: { of: LoadDifference }) {
  const words = useWords(publishWords);
  const { language } = usePreferences();
  const count = (figure: number) => countText(figure, language);
  const change = (before: number, after: number) => words.changes(count(before), count(after), signed(after - before, count));
  const [shown, show] = useState(FIRST);
  const touches = change(sum(of.before), sum(of.after));
  const differ = of.people_more + of.people_less + of.people_shifted;
  if (differ === 0) return <p role="status">{sum(of.before) === sum(of.after) ? words.nobody : words.onLists(touches)}</p>;
  const turned = [of.people_more > 0 && words.more(count(of.people_more)), of.people_less > 0 && words.less(count(of.people_less)), of.people_shifted > 0 && words.shifted(count(of.people_shifted))].filter(Boolean);
  const strains = of.people_over_after > of.people_over_before;
  return (
    <>
      <p role="status">
        <b>{turned.join(" · ")}</b> <span className="quiet">· {words.touches} {touches}</span>
        {(of.people_over_after > 0 || of.people_over_before > 0) && <span className={strains ? "risk" : "quiet"}> · {words.over} {change(of.people_over_before, of.people_over_after)}</span>}
      </p>
      <div className="publish-people" role="group" aria-label={words.person} tabIndex={0}>
        <table>
          <thead><tr><th scope="col">{words.person}</th><th scope="col">{words.before}</th><th scope="col">{words.after}</th><th scope="col">{words.by}</th><th scope="col">{words.fullest}</th></tr></thead>
          <tbody>{of.people.slice(0, shown).map((person) => <Person key={person.id} of={person} />)}</tbody>
        </table>
      </div>
      <div className="row wrap">
        {of.people.length > shown && <Button size="small" onClick={() => show(of.people.length)}>{words.all(of.people.length - shown)}</Button>}
        {differ > of.people.length && <span className="quiet small">{words.onlyMost(of.people.length, count(differ))}</span>}
      </div>
    </>
  );
}

function Person({ of }: { of: LoadDifference["people"][number] }) {
  const words = useWords(publishWords);
  const change = changeOf(of);
  return (
    <tr>
      <th scope="row">{of.name} <span className="quiet small">{of.unit_name}</span></th>
      <td>{change.before}</td>
      <td>{change.after}</td>
      <td><b>{signed(change.by, String)}</b></td>
      <td className={change.load === "beyond" ? "risk" : ""}>{words.full(change.fullest, of.capacity)}{change.load === "beyond" && ` · ${words.tooMuch}`}</td>
    </tr>
  );
}
