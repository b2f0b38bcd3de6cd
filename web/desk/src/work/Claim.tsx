/** What was claimed of a work order: result, note, by whom and when, beside the customer's story. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { TouchPage, TouchRow } from "../frame/shapes";
import { useWords } from "../frame/words";
import { storyQuery } from "../customer/queries";
import { Ago } from "../parts/Day";
import { Shown } from "../parts/states";
import { Timeline } from "../parts/Timeline";
import { workWords } from "../words/work";
import { touchQuery } from "./queries";

export function Claim({ row, children }: { row: TouchRow; children: ReactNode }) {
  const words = useWords(workWords);
  const page = useQuery(touchQuery(row.id));
  const story = useInfiniteQuery(storyQuery(row.customer.id));
  return (
    <div className="column">
      <div className="page-acts">{children}</div>
      <h2>{row.customer.name} · {row.title}</h2>
      <p className="reason">{row.reason}</p>
      <Shown of={page} lines={4}>
        {({ touch, history }) => <Said said={history.find((one) => one.code === touch.outcome_code)} />}
      </Shown>
      <h3>{words.touch.story}</h3>
      <Shown of={story} lines={5}>{({ pages }) => <Timeline past={pages.flatMap((one) => one.items).slice(0, 20)} />}</Shown>
    </div>
  );
}

function Said({ said }: { said: TouchPage["history"][number] | undefined }) {
  const words = useWords(workWords).verify;
  return (
    <dl className="facts">
      <dt>{words.claim}</dt><dd>{said?.title}</dd>
      <dt>{words.note}</dt><dd>{said?.note || <span className="quiet">{words.noNote}</span>}</dd>
      <dt>{words.by}</dt><dd>{said?.staff_name} <Ago at={said?.at} /></dd>
    </dl>
  );
}
