/** Duplicates side by side: each row beside those it is like, what will happen to it, and what a person decides instead (DESK.md 4). */
import { Alert, Button, Radio } from "antd";
import { Link } from "@tanstack/react-router";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { useKeys } from "../frame/keys";
import { usePreferences } from "../frame/preferences";
import type { AlikeRow, FactRow } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { useFactText } from "../customer/FactValue";
import { countText } from "../parts/count";
import { useProblemWords } from "../parts/problemWords";
import { Shown } from "../parts/states";
import { alikeWords } from "../words/alike";
import { customerWords } from "../words/customer";
import { mergeWords } from "../words/merge";
import { partsWords } from "../words/parts";
import { alikeQuery, byRule, decided, isSpent, type Way, waysOf } from "./alike";
import { checkBody, type Draft, withChoice } from "./draft";
import "./alike.css";

/** Ways that have a number key: those it is like, a new one, nobody. */
const NUMBERS = [1, 2, 3, 4, 5, 6] as const;
const ROW = "[data-alike]";

interface Props {
  readonly now: Draft;
  /** How many rows are alike in all. */
  readonly all: number;
  readonly onChange: (next: Partial<Draft>) => void;
}

export function DuplicateRows({ now, all, onChange }: Props) {
  const words = useWords(alikeWords);
  const parts = useWords(partsWords);
  const { language } = usePreferences();
  const box = useRef<HTMLElement>(null);
  const pages = useInfiniteQuery(alikeQuery(now.upload.id, checkBody(now)));
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const about = pages.data?.pages[0]?.about ?? 0;
  // What was shown before stays; nothing is wrong, and the import goes on.
  const spent = pages.error !== null && isSpent(pages.error);
  const choices = now.choices ?? [];
  const decide = (row: number, way: Way | null) => onChange({ choices: withChoice(choices, row, way?.choice ?? null) });
  const atHand = () => box.current?.querySelector<HTMLElement>(`${ROW}:focus-within`);
  const walk = (step: 1 | -1) => {
    const every = [...(box.current?.querySelectorAll<HTMLElement>(ROW) ?? [])];
    const at = every.indexOf(atHand() as HTMLElement);
    const next = every[Math.min(Math.max(at + step, 0), every.length - 1)];
    (next?.querySelector<HTMLElement>("input:checked") ?? next?.querySelector<HTMLElement>("input"))?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  };
  const number = (n: number) => {
    const row = rows.find((one) => String(one.row) === atHand()?.dataset.alike);
    const way = row && waysOf(row)[n - 1];
    if (row && way) decide(row.row, way);
  };
  useKeys([
    { key: "J", does: words.next, run: () => walk(1), quiet: "quiet" },
    { key: "K", does: words.previous, run: () => walk(-1), quiet: "quiet" },
    ...NUMBERS.map((n) => ({ key: String(n), does: words.choose(n), run: () => number(n), quiet: "quiet" as const })),
  ]);
  // A file that was checked before rows were noted: the rule is for all of it.
  if (pages.isSuccess && rows.length === 0) return null;
  return (
    <section ref={box} className="alike">
      <h3>{words.title}</h3>
      {(!spent || rows.length > 0) && (
        <>
          <p className="quiet small">{words.hint} {about > 0 && about < all && words.first(about, countText(all, language))} {choices.length > 0 && <b>{words.decided(choices.length)}</b>}</p>
          <Shown of={pages} lines={6}>{() => <>{rows.map((row) => <Alike key={row.row} row={row} now={now} onDecide={(way) => decide(row.row, way)} />)}</>}</Shown>
        </>
      )}
      {spent && <Spent thrown={pages.error} />}
      {pages.hasNextPage && !spent && <div><Button size="small" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{parts.more}</Button></div>}
    </section>
  );
}

function Spent({ thrown }: { thrown: unknown }) {
  const told = useProblemWords()(thrown);
  return <Alert type="info" showIcon title={told.title} description={told.next} />;
}

function Alike({ row, now, onDecide }: { row: AlikeRow; now: Draft; onDecide: (way: Way | null) => void }) {
  const words = useWords(alikeWords);
  const ways = waysOf(row);
  const mine = decided(row, now.choices ?? []);
  const rule = byRule(row, now.onDuplicate);
  const said = ({ key, with: other }: Way) => (other ? (other.customer_id ? words.same(other.name || words.onFile) : words.sameRow(other.row ?? 0)) : key === "new" ? words.other : words.out);
  return (
    <article className="alike-row" data-alike={row.row}>
      <h4 className="row wrap"><span className="grow">{words.row(row.row)} · {row.name || words.nothing}</span>{mine && <><span className="badge done">{words.decidedMark}</span><Button size="small" type="text" onClick={() => onDecide(null)}>{words.undecide}</Button></>}</h4>
      {row.others.length === 0 ? <p className="quiet small">{words.hidden}</p> : <Compared row={row} />}
      <Radio.Group className="choice" name={`alike-${row.row}`} aria-label={words.ask(row.row, row.name)} value={mine ?? rule} onChange={(event) => onDecide(ways.find((way) => way.key === event.target.value) ?? null)}>
        {ways.map((way, i) => <Radio key={way.key} value={way.key}><kbd>{i + 1}</kbd> {said(way)}{way.key === rule && <span className="quiet small"> {words.byRule}</span>}</Radio>)}
      </Radio.Group>
    </article>
  );
}

function Compared({ row }: { row: AlikeRow }) {
  const words = useWords(alikeWords);
  const merge = useWords(mergeWords);
  const known = useWords(customerWords);
  const title = (field: AlikeRow["fields"][number]) => field.title || (field.key === "keeper" ? merge.keeper : wordFor(known.contactKinds, field.key));
  return (
    <div className="sheet">
      <table>
        <thead>
          <tr>
            <th scope="col">{words.field}</th>
            <th scope="col">{words.inFile}<span className="quiet small">{words.row(row.row)}</span></th>
            {row.others.map((other) => (
              <th key={other.customer_id ?? other.row} scope="col">
                {other.customer_id ? <Link to={`/customers/${other.customer_id}`} target="_blank">{other.name || words.onFile}</Link> : words.earlier(other.row ?? 0)}
                <span className="quiet small">{[other.unit?.name, other.owner?.name].filter(Boolean).join(" · ")}</span>
                <span className={`small ${other.is_same ? "done" : "due"}`}>{words.likeness(other.points)} · {other.by.map((one) => wordFor(merge.by, one)).join(" · ") || words.unlike}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {row.fields.map((field) => (
            <tr key={field.key}>
              <th scope="row">{title(field)}</th>
              <td className="wraps"><Value type={field.type} value={field.row} /></td>
              {field.others.map((other, i) => <td key={i} className={`wraps ${other.differs ? "differs" : ""}`}>{other.differs && <span aria-hidden>≠ </span>}<Value type={field.type} value={other.value} />{other.differs && <span className="small"> {words.differs}</span>}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ type, value }: { type: string; value: unknown }) {
  const words = useWords(alikeWords);
  const { and } = useWords(partsWords);
  const text = useFactText();
  if (type === "points") return <>{(Array.isArray(value) ? value : []).join(and) || words.nothing}</>;
  return <>{(value !== null && value !== undefined && text({ type, value } as Pick<FactRow, "type" | "value">)) || words.nothing}</>;
}
