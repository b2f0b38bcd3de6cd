/** The result of a touch: a code by its number, a note where the code asks for one, the proposed next day. */
import { App, Button, DatePicker, Input } from "antd";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dayjs from "dayjs";
import { useRef } from "react";
import type { OutcomeCode, TouchPage, TouchRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useKeys } from "../frame/keys";
import { keyText } from "../frame/keyText";
import { useMe } from "../frame/session";
import { useSingleKeys } from "../frame/useSingleKeys";
import { useWords } from "../frame/words";
import { factsQuery } from "../customer/queries";
import { daysLater } from "../parts/Day";
import { OutcomePad } from "../parts/OutcomePad";
import { useProblemWords } from "../parts/problemWords";
import { useUndo } from "../parts/UndoToast";
import { workWords } from "../words/work";
import { toldFacts, typesOf } from "./answers";
import { bringBack, type useDraft } from "./draft";
import { Snooze } from "./Snooze";
import { useOutcome } from "./useOutcome";

interface Props {
  readonly page: TouchPage;
  readonly draft: ReturnType<typeof useDraft>;
  readonly onFinished: (row: TouchRow) => void;
  readonly onUndone: (row: TouchRow) => void;
}

export function ResultForm({ page, draft: [draft, change, drop], onFinished, onUndone }: Props) {
  const words = useWords(workWords);
  const { today } = useMe();
  // A code that needs a note puts the cursor there: a single letter is then part of the note, and the hint is what records from within it.
  const recordKey = useSingleKeys() === "act" ? "E" : "Mod+Enter";
  const field = useRef<{ focus: () => void }>(null);
  const finished = (row: TouchRow) => {
    drop();
    onFinished(row);
  };
  const undone = (row: TouchRow) => {
    bringBack(row.id);
    onUndone(row);
  };
  const record = useOutcome(finished, undone);
  const asked = page.script?.question_facts ?? [];
  const catalogue = useQuery({ ...factsQuery, enabled: asked.some(Boolean) });
  const code = page.outcome_codes.find((one) => one.code === draft.code) ?? null;
  const missing = code?.needs_note && !draft.note.trim();
  const choose = (chosen: OutcomeCode) => {
    change({ code: chosen.code, nextDay: chosen.next_days == null ? null : daysLater(today, chosen.next_days) });
    if (chosen.needs_note) setTimeout(() => field.current?.focus(), 0);
  };
  const send = () => {
    if (!code || record.isPending) return;
    if (missing) return field.current?.focus();
    record.mutate({ touch: page.touch, result: { code, note: draft.note, nextDay: draft.nextDay, facts: toldFacts(draft.answers, asked, typesOf(catalogue.data)) } });
  };
  useKeys([
    ...page.outcome_codes.filter((c) => c.key).map((c) => ({ key: String(c.key), does: words.keys.code(c.title), run: () => choose(c) })),
    { key: "N", does: words.keys.note, run: () => field.current?.focus() },
    { key: "E", does: words.keys.done, run: send },
    { key: "Mod+Enter", does: words.keys.done, run: send, always: "always" as const, quiet: "quiet" as const },
  ]);
  return (
    <section className="column result">
      <h3>{words.touch.result}</h3>
      <OutcomePad codes={page.outcome_codes} chosen={draft.code} busy={record.isPending ? "busy" : "idle"} label={words.touch.result} onChoose={choose} />
      <Input.TextArea
        ref={field as never} rows={2} maxLength={2000} value={draft.note} status={missing ? "warning" : undefined} aria-label={words.touch.note} aria-invalid={missing || undefined}
        placeholder={code?.needs_note ? words.touch.noteNeededPlaceholder : words.touch.notePlaceholder} onChange={(event) => change({ note: event.target.value })}
        onKeyDown={(event) => event.key === "Escape" && (event.target as HTMLElement).blur()}
      />
      {missing && <p className="due small" role="status">{words.touch.noteNeeded}</p>}
      <div className="row">
        <span className="quiet small">{words.touch.nextDay}</span>
        <DatePicker size="small" className="grow" aria-label={words.touch.nextDay} value={draft.nextDay ? dayjs(draft.nextDay) : null} placeholder={words.touch.noNext} minDate={dayjs(today)} onChange={(chosen) => change({ nextDay: chosen ? chosen.format("YYYY-MM-DD") : null })} />
      </div>
      <div className="row">
        <Button type="primary" className="grow" disabled={!code} loading={record.isPending} onClick={send}>{words.touch.record} <kbd>{keyText(recordKey)}</kbd></Button>
        <Snooze touch={page.touch} onDone={onFinished} onUndone={onUndone} />
      </div>
      {page.touch.state !== "planned" && <HandBack touch={page.touch} onDone={onFinished} onUndone={onUndone} />}
    </section>
  );
}

interface HandBackProps {
  readonly touch: TouchRow;
  readonly onDone: (row: TouchRow) => void;
  readonly onUndone: (row: TouchRow) => void;
}

/** Back to the unit. Whoever takes that back takes the work order again, if nobody was faster. */
function HandBack({ touch, onDone, onUndone }: HandBackProps) {
  const words = useWords(workWords).touch;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const offerUndo = useUndo();
  const stale = () => void client.invalidateQueries({ queryKey: ["work"] });
  const again = useMutation({
    mutationFn: () => call("POST /touches/{id}/claim", { path: { id: touch.id } }),
    onSuccess: () => {
      void message.info(words.undone);
      onUndone(touch);
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: stale,
  });
  const back = useMutation({
    mutationFn: () => call("DELETE /touches/{id}/claim", { path: { id: touch.id }, version: touch.version }),
    onSuccess: () => {
      offerUndo(words.handedBack, () => again.mutate());
      onDone(touch);
    },
    onError: (thrown) => void message.error(told(thrown).title),
    onSettled: stale,
  });
  return <Button size="small" type="link" style={{ alignSelf: "flex-start", paddingInline: 0 }} loading={back.isPending} onClick={() => back.mutate()}>{words.handBack}</Button>;
}
