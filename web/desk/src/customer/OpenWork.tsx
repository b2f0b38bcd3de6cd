/** An open work order as the story tells it: what, since when, on whose list; one's own leads to where it is worked. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button } from "antd";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import type { TouchRow } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import { Day } from "../parts/Day";
import { useProblemWords } from "../parts/problemWords";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";

/** What nobody has may be taken by whoever works here; of two who try, the second is told who has it. */
export function OpenWork({ touch }: { touch: TouchRow }) {
  const words = useWords(customerWords).page;
  const parts = useWords(partsWords);
  const me = useMe();
  const mine = touch.owner?.id === me.id;
  return (
    <li className="story-item now">
      <span className={`story-when ${touch.overdue ? "risk" : ""}`}><Day day={touch.due_day} /></span>
      <span className="story-mark" />
      <span>
        <strong>{touch.title}</strong> <span className="quiet">{wordFor(parts.channels, touch.channel)}</span>
        {touch.state === "planned" && me.permissions.includes("work.do") ? <> · <Take touch={touch} /></> : mine && touch.due_day <= me.today ? <> · <Link to="/my-day" search={{ touch: touch.id } as never}>{words.openWork} ▸</Link></> : <span className="quiet"> · {touch.owner ? words.waits(touch.owner.name) : words.waitsUnit}</span>}
        {touch.reason && touch.reason !== touch.title && <div className="detail">{touch.reason}</div>}
      </span>
    </li>
  );
}

function Take({ touch }: { touch: TouchRow }) {
  const words = useWords(workWords).touch;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const take = useMutation({
    mutationFn: () => call("POST /touches/{id}/claim", { path: { id: touch.id } }),
    onSuccess: () => void message.success(words.taken),
    onError: (thrown) => {
      const problem = told(thrown);
      void message.warning(`${problem.title} ${problem.next}`, 6);
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["work"] }),
  });
  return <Button size="small" loading={take.isPending} onClick={() => take.mutate()}>{words.claim}</Button>;
}
