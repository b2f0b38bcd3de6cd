/** The right of My day: why this touch, the words for it, and its result. */
import { App, Button, DatePicker, Dropdown, Input, Tabs } from "antd";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dayjs from "dayjs";
import { useRef, useState } from "react";
import type { OutcomeCode, TouchPage, TouchRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useKeys } from "../frame/keys";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { WhyDrawer } from "../customer/WhyDrawer";
import { Day, clock, dayOf, daysLater } from "../parts/Day";
import { Money } from "../parts/Money";
import { OutcomePad } from "../parts/OutcomePad";
import { useProblemWords } from "../parts/problemWords";
import { Shown } from "../parts/states";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { snoozeTo } from "./order";
import { touchQuery } from "./queries";
import { useOutcome } from "./useOutcome";

interface Props {
  readonly row: TouchRow;
  readonly onFinished: (row: TouchRow) => void;
  readonly onUndone: (row: TouchRow) => void;
}

export function TouchPane(props: Props) {
  const page = useQuery(touchQuery(props.row.id));
  return <div className="pane"><Shown of={page}>{(data) => <Body {...props} page={data} />}</Shown></div>;
}

function Body({ page, onFinished, onUndone }: Props & { page: TouchPage }) {
  const words = useWords(workWords);
  const parts = useWords(partsWords);
  const touch = page.touch;
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
          <Button size="small" type="link" onClick={() => showWhy("shown")}>{words.touch.why} <kbd>W</kbd></Button>
        </p>
        {touch.return_reason && <p className="risk small">{words.touch.returned}: {touch.return_reason}</p>}
      </header>
      <Script page={page} />
      {["assigned", "accepted", "planned", "returned", "snoozed"].includes(touch.state) ? (
        <Result page={page} onFinished={onFinished} onUndone={onUndone} />
      ) : (
        <p className="quiet">{words.touch.closedState(wordFor(words.states, touch.state))}</p>
      )}
      {why === "shown" && <WhyDrawer customer={touch.customer.id} name={touch.customer.name} onClose={() => showWhy("hidden")} />}
    </>
  );
}

function Script({ page }: { page: TouchPage }) {
  const words = useWords(workWords);
  const parts = useWords(partsWords);
  const { message } = App.useApp();
  const copy = (text: string) => navigator.clipboard?.writeText(text).then(() => void message.success(words.touch.copied));
  const templates = page.templates ?? [];
  const first = templates[0];
  useKeys(first ? [{ key: "M", does: words.keys.message, run: () => void copy(first.text) }] : []);
  if (!page.script && templates.length === 0) return <p className="quiet small">{words.touch.noScript}</p>;
  return (
    <section>
      {page.script && (
        <Tabs size="small" items={page.script.stages.map((stage) => ({ key: stage.title, label: stage.title, children: <p className="script-stage">{stage.text}</p> }))} />
      )}
      {page.script && page.script.questions.length > 0 && (
        <>
          <h3>{words.touch.questions}</h3>
          <ul style={{ fontSize: 13, marginBottom: 8 }}>{page.script.questions.map((question) => <li key={question}>□ {question}</li>)}</ul>
        </>
      )}
      {templates.map((template) => (
        <details key={template.key} style={{ fontSize: 13 }}>
          <summary>{words.touch.templates} · {wordFor(parts.channels, template.channel)}</summary>
          <p style={{ whiteSpace: "pre-wrap", margin: "4px 0" }}>{template.text}</p>
          <Button size="small" onClick={() => void copy(template.text)}>{words.touch.copy}</Button>
        </details>
      ))}
    </section>
  );
}

function Result({ page, onFinished, onUndone }: { page: TouchPage; onFinished: (row: TouchRow) => void; onUndone: (row: TouchRow) => void }) {
  const words = useWords(workWords);
  const { today } = useMe();
  const [code, setCode] = useState<OutcomeCode | null>(null);
  const [note, setNote] = useState("");
  const [nextDay, setNextDay] = useState<string | null>(null);
  const field = useRef<{ focus: () => void }>(null);
  const record = useOutcome(onFinished, onUndone);
  const missing = code?.needs_note && !note.trim();
  const choose = (chosen: OutcomeCode) => {
    setCode(chosen);
    setNextDay(chosen.next_days == null ? null : daysLater(today, chosen.next_days));
    if (chosen.needs_note) setTimeout(() => field.current?.focus(), 0);
  };
  const send = () => {
    if (!code || record.isPending) return;
    if (missing) field.current?.focus();
    else record.mutate({ touch: page.touch, result: { code, note, nextDay } });
  };
  useKeys([
    ...page.outcome_codes.filter((c) => c.key).map((c) => ({ key: String(c.key), does: words.keys.code(c.title), run: () => choose(c) })),
    { key: "N", does: words.keys.note, run: () => field.current?.focus() },
    { key: "E", does: words.keys.done, run: send },
    { key: "Mod+Enter", does: words.keys.done, run: send, always: "always" as const, quiet: "quiet" as const },
  ]);
  return (
    <section className="column">
      <h3>{words.touch.result}</h3>
      <OutcomePad codes={page.outcome_codes} chosen={code?.code ?? null} busy={record.isPending ? "busy" : "idle"} label={words.touch.result} onChoose={choose} />
      <Input.TextArea
        ref={field as never} rows={2} maxLength={2000} value={note} status={missing ? "warning" : undefined} aria-label={words.touch.note}
        placeholder={code?.needs_note ? words.touch.noteNeededPlaceholder : words.touch.notePlaceholder} onChange={(event) => setNote(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && (event.target as HTMLElement).blur()}
      />
      {missing && <p className="due small">{words.touch.noteNeeded}</p>}
      <div className="row">
        <span className="quiet small">{words.touch.nextDay}</span>
        <DatePicker size="small" className="grow" value={nextDay ? dayjs(nextDay) : null} placeholder={words.touch.noNext} minDate={dayjs(today)} onChange={(chosen) => setNextDay(chosen ? chosen.format("YYYY-MM-DD") : null)} />
      </div>
      <div className="row">
        <Button type="primary" className="grow" disabled={!code} loading={record.isPending} onClick={send}>{words.touch.record} <kbd>E</kbd></Button>
        <Snooze touch={page.touch} onDone={onFinished} />
      </div>
      {page.touch.state !== "planned" && <HandBack touch={page.touch} onDone={onFinished} />}
    </section>
  );
}

function Snooze({ touch, onDone }: { touch: TouchRow; onDone: (row: TouchRow) => void }) {
  const words = useWords(workWords);
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const snooze = useMutation({
    mutationFn: (until: Date) => call("POST /touches/{id}/snooze", { path: { id: touch.id }, body: { until: until.toISOString() }, version: touch.version }),
    onSuccess: (_, until) => {
      void message.success(words.touch.snoozed(`${dayOf(until)} ${clock(until)}`));
      onDone(touch);
    },
    onError: (thrown) => void message.error(told(thrown).title),
    onSettled: () => void client.invalidateQueries({ queryKey: ["work"] }),
  });
  useKeys([{ key: "S", does: words.keys.snooze, run: () => setOpen(true) }]);
  const choices = (["hour", "afternoon", "tomorrow", "week"] as const).filter((choice) => snoozeTo(choice, new Date()) > new Date());
  return (
    <Dropdown
      open={open} onOpenChange={setOpen} trigger={["click"]} placement="topRight" autoFocus
      menu={{ items: choices.map((key) => ({ key, label: words.touch.snoozeChoices[key] })), onClick: ({ key }) => { setOpen(false); snooze.mutate(snoozeTo(key as "hour", new Date())); } }}
    >
      <Button loading={snooze.isPending}>{words.touch.snooze} <kbd>S</kbd></Button>
    </Dropdown>
  );
}

function HandBack({ touch, onDone }: { touch: TouchRow; onDone: (row: TouchRow) => void }) {
  const words = useWords(workWords).touch;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const back = useMutation({
    mutationFn: () => call("DELETE /touches/{id}/claim", { path: { id: touch.id }, version: touch.version }),
    onSuccess: () => {
      void message.success(words.handedBack);
      onDone(touch);
    },
    onError: (thrown) => void message.error(told(thrown).title),
    onSettled: () => void client.invalidateQueries({ queryKey: ["work"] }),
  });
  return <Button size="small" type="link" style={{ alignSelf: "flex-start", paddingInline: 0 }} loading={back.isPending} onClick={() => back.mutate()}>{words.handBack}</Button>;
}
