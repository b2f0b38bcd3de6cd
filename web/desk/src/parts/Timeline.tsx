/** The story: one list, future above past, entries of the system folded. */
import { useState, type ReactNode } from "react";
import type { FutureItem, TimelineItem } from "../frame/shapes";
import { useWords } from "../frame/words";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { Ago, Day } from "./Day";
import "./parts.css";

const AHEAD_MAX = 4;

export interface Run {
  readonly id: string;
  readonly folded: "folded" | "open";
  readonly items: readonly TimelineItem[];
}

/** Gathers what only the system did, three or more in a row, into one line that opens. */
export function folded(items: readonly TimelineItem[]): Run[] {
  const runs: Run[] = [];
  let waiting: TimelineItem[] = [];
  const flush = () => {
    if (waiting.length >= 3) runs.push({ id: waiting[0]!.id, folded: "folded", items: waiting });
    else for (const item of waiting) runs.push({ id: item.id, folded: "open", items: [item] });
    waiting = [];
  };
  for (const item of items) {
    if (item.actor === null) waiting.push(item);
    else {
      flush();
      runs.push({ id: item.id, folded: "open", items: [item] });
    }
  }
  flush();
  return runs;
}

const FACT = "fact_changed";

/** The facts that one person wrote in the same minute are one entry with a line for each. */
export function together(items: readonly TimelineItem[]): TimelineItem[] {
  const told: TimelineItem[] = [];
  for (const item of items) {
    const last = told.at(-1);
    if (last?.kind === FACT && item.kind === FACT && last.actor?.id === item.actor?.id && last.at.slice(0, 16) === item.at.slice(0, 16)) told[told.length - 1] = { ...last, detail: `${last.detail}\n${item.detail}` };
    else told.push(item);
  }
  return told;
}

/** The keys of facts at the beginning of each line, as the reader calls them. */
export function named(detail: string, titles: Readonly<Record<string, string>>): string {
  return detail.replace(/^([a-z_0-9]+):/gm, (line, key: string) => (titles[key] ? `${titles[key]}:` : line));
}

/** What one person did several times in a row is said once: how often, and when the last time was. */
export function repeated(items: readonly TimelineItem[]): { readonly item: TimelineItem; readonly times: number }[] {
  const told: { item: TimelineItem; times: number }[] = [];
  for (const item of items) {
    const last = told.at(-1);
    if (last && !item.detail && !last.item.detail && last.item.title === item.title && last.item.actor?.id === item.actor?.id && last.item.at.slice(0, 10) === item.at.slice(0, 10)) last.times += 1;
    else told.push({ item, times: 1 });
  }
  return told;
}

/** What lies ahead, each matter once, on its first day: a plan that is due each day until somebody acts is one thing to come. */
export function soonest(items: readonly FutureItem[]): FutureItem[] {
  const first = new Map<string, FutureItem>();
  for (const item of items) {
    const known = first.get(item.title);
    if (!known || item.day < known.day) first.set(item.title, item);
  }
  return [...first.values()].sort((one, other) => one.day.localeCompare(other.day));
}

/** Whether an entry says a text, in its title, its detail or its author's name. */
export function speaksOf(item: Pick<TimelineItem, "title" | "detail" | "actor">, text: string): boolean {
  const wanted = text.toLowerCase();
  return [item.title, item.detail, item.actor?.name].some((part) => part?.toLowerCase().includes(wanted));
}

/** `now` is what is to be done: an entry each, drawn by whoever knows what can be done with it. One that was asked for keeps its room, awaited or there. */
export function Timeline({ future, now = [], past, foot }: { future?: readonly FutureItem[] | "awaited"; now?: readonly ReactNode[]; past: readonly TimelineItem[]; foot?: ReactNode }) {
  const words = useWords(customerWords);
  const [opened, open] = useState<ReadonlySet<string>>(new Set());
  const ahead = future !== undefined;
  const told = repeated(together(past));
  const times = new Map(told.map((one) => [one.item.id, one.times]));
  return (
    <ol className="story">
      {ahead && <li className="story-part">{words.page.future}</li>}
      {ahead && <li className="story-ahead">{future === "awaited" ? <AwaitedLines /> : <Ahead future={future} />}</li>}
      {now.length > 0 && <li className="story-part">{words.page.now}</li>}
      {now}
      {(ahead || now.length > 0) && past.length > 0 && <li className="story-part">{words.page.past}</li>}
      {folded(told.map((one) => one.item)).map((run) =>
        run.folded === "folded" && !opened.has(run.id) ? (
          <li key={run.id} className="story-fold"><button type="button" className="plain" onClick={() => open(new Set([...opened, run.id]))}>▸ {words.page.folded(run.items.length)}</button></li>
        ) : (
          run.items.map((item) => <Entry key={item.id} item={item} times={times.get(item.id) ?? 1} />)
        ),
      )}
      {foot && <li>{foot}</li>}
    </ol>
  );
}

/**
 * What lies ahead, or that it is nothing. It has the room of two matters for as long as the story stands (`.story-ahead`): nothing,
 * one or two of them move nothing below, on arrival or later. More push it down, as any new entry does; a column that is
 * scrolled is held in its place by the browser.
 */
function Ahead({ future }: { future: readonly FutureItem[] }) {
  const words = useWords(customerWords).page;
  const [shown, show] = useState<"near" | "all">("near");
  const all = soonest(future);
  const near = shown === "all" ? all : all.slice(0, AHEAD_MAX);
  if (all.length === 0) return <p className="story-fold">{words.nothingAhead}</p>;
  return (
    <ol>
      {near.length < all.length && <li className="story-fold"><button type="button" className="plain" onClick={() => show("all")}>▸ {words.laterOn(all.length - near.length)}</button></li>}
      {[...near].reverse().map((item, i) => (
        <li key={`f${i}`} className="story-item future">
          <span className="story-when"><Day day={item.day} /></span>
          <span className="story-mark" />
          <span>{item.title}</span>
        </li>
      ))}
    </ol>
  );
}

/** Usually a few matters lie ahead. Not `Bones`: the story beside it is there. */
function AwaitedLines() {
  const { loading } = useWords(partsWords);
  return <div className="story-awaited" role="status" aria-label={loading}><i /><i /></div>;
}

function Entry({ item, times }: { item: TimelineItem; times: number }) {
  const { factTitles } = useWords(customerWords);
  return (
    <li className={`story-item ${item.room}`}>
      <span className="story-when"><Ago at={item.at} /></span>
      <span className="story-mark" />
      <span>
        {item.title}{times > 1 && <span className="quiet"> ×{times}</span>}
        {item.actor && <span className="quiet"> · {item.actor.name}</span>}
        {item.detail && <div className="detail">{item.kind === FACT ? named(item.detail, factTitles) : item.detail}</div>}
      </span>
    </li>
  );
}
