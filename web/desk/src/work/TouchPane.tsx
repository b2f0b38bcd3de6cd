/** The right of My day: why this touch, the words for it, and its result. */
import { Button } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TouchPage, TouchRow } from "../frame/shapes";
import { useKeys } from "../frame/keys";
import { useWords, wordFor } from "../frame/words";
import { Day } from "../parts/Day";
import { later } from "../parts/later";
import { Money } from "../parts/Money";
import { Shown } from "../parts/states";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { useDraft } from "./draft";
import { touchQuery } from "./queries";
import { ResultForm } from "./ResultForm";
import { Script } from "./Script";

const WhyDrawer = later(() => import("../customer/WhyDrawer").then((all) => all.WhyDrawer));
const OPEN_STATES = ["assigned", "accepted", "planned", "returned", "snoozed"];

interface Props {
  readonly row: TouchRow;
  /** What stood here a moment ago and was taken away: no result is told of this one before the person has seen that. */
  readonly gone: TouchRow | null;
  readonly onGoOn: () => void;
  readonly onFinished: (row: TouchRow) => void;
  readonly onUndone: (row: TouchRow) => void;
}

export function TouchPane(props: Props) {
  const page = useQuery(touchQuery(props.row.id));
  return <div className="pane touch-pane"><Shown of={page}>{(data) => <Body {...props} page={data} />}</Shown></div>;
}

function Body({ page, gone, onGoOn, onFinished, onUndone }: Props & { page: TouchPage }) {
  const words = useWords(workWords);
  const parts = useWords(partsWords);
  const touch = page.touch;
  const draft = useDraft(touch.id);
  const [why, showWhy] = useState<"shown" | "hidden">("hidden");
  useKeys([{ key: "W", does: words.keys.why, run: () => showWhy("shown") }]);
  return (
    <>
      <header>
        <div className="row wrap"><h2>{touch.title}</h2><span className="badge">{wordFor(parts.channels, touch.channel)}</span></div>
        <p className="reason">{touch.reason}</p>
        <p className="quiet small row wrap">
          {touch.worth && touch.worth.minor > 0 && <span>{words.touch.worth} <Money amount={touch.worth} cents="short" /></span>}
          <span className={touch.overdue ? "risk" : ""}><Day day={touch.due_day} /> – <Day day={touch.not_after} /></span>
          <Button size="small" type="link" style={{ paddingInline: 0 }} onClick={() => showWhy("shown")}>{words.touch.why} <kbd>W</kbd></Button>
        </p>
        {page.gift && <p className="small">{words.touch.gift}: <b>{page.gift}</b></p>}
        {touch.return_reason && <p className="risk small">{words.touch.returned}: {touch.return_reason}</p>}
      </header>
      <Script page={page} draft={draft} />
      {gone ? (
        <section className="column" role="alert">
          <p className="due">{words.touch.takenAway(gone.customer.name)}</p>
          <Button onClick={onGoOn}>{words.touch.goOn(touch.customer.name)}</Button>
        </section>
      ) : OPEN_STATES.includes(touch.state) ? (
        <ResultForm page={page} draft={draft} onFinished={onFinished} onUndone={onUndone} />
      ) : (
        <p className="quiet">{words.touch.closedState(wordFor(words.states, touch.state))}</p>
      )}
      {why === "shown" && <WhyDrawer customer={touch.customer.id} name={touch.customer.name} origin={page.origin} onClose={() => showWhy("hidden")} />}
    </>
  );
}
