/** One plan: form and text as two faces of one file, problems at line and column, its tests, who matches now, its versions, publish and pause. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { App, Button, Input, Modal, Space } from "antd";
import { type RefObject, useRef, useState } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { useEditing } from "../frame/presence";
import { ApiProblem } from "../frame/problem";
import { useMe } from "../frame/session";
import type { PlanPage as Plan } from "../frame/shapes";
import { useTabTitle } from "../frame/tabs";
import { useWide } from "../frame/useWide";
import { inLanguage, useWords } from "../frame/words";
import { AlsoHere } from "../parts/AlsoHere";
import { countText } from "../parts/count";
import { daysLater, useDayText } from "../parts/Day";
import { DayField } from "../parts/DayField";
import { HeadOfficeOnly, useRulesFirm } from "../parts/HeadOffice";
import { later } from "../parts/later";
import { useProblemWords } from "../parts/problemWords";
import { Bones, Shown } from "../parts/states";
import { useSettled } from "../parts/useSettled";
import { partsWords } from "../words/parts";
import { planWords } from "../words/plan";
import { DiffText } from "./DiffText";
import { PlanCheck } from "./PlanCheck";
import { versionInForce, PlanHistory, versionQuery } from "./PlanHistory";
import { PlanState } from "./PlanList";
import { PlanWhy } from "./PlanWhy";
import { Rehearsal } from "./Rehearsal";
import { planQuery, usePlanText } from "./usePlanText";
import "./plan.css";

// The form comes after the text, which can be read and written without it.
const PlanForm = later(() => import("./form/PlanForm").then((all) => all.PlanForm), <Bones lines={10} />);
const PublishLoad = later(() => import("./PublishLoad").then((all) => all.PublishLoad), <Bones lines={4} />);

export default function PlanPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const plan = useQuery(planQuery(id));
  return <div className="page"><Shown of={plan}>{(data) => <Editor plan={data} key={data.id} />}</Shown></div>;
}

function Editor({ plan }: { plan: Plan }) {
  const words = useWords(planWords);
  const { language } = usePreferences();
  // On a phone a plan is read.
  const room = useWide();
  const may = useRulesFirm("plans.edit") && room === "wide";
  const title = inLanguage(language, plan.title);
  const writing = usePlanText(plan);
  const { text, setText } = writing;
  const area = useRef<HTMLTextAreaElement>(null);
  const act = usePlanActs(plan.id, writing);
  useEditing(plan.id, writing.changed ? "editing" : "shown");
  const [asking, ask] = useState<"publish" | "pause" | null>(null);
  const [reasons, keep] = useState<Record<string, string>>({});
  const [from, begin] = useState<string>();
  const write = (reason: string) => asking && keep((now) => ({ ...now, [asking]: reason }));
  const close = () => ask(null);
  const settled = useSettled(text, 500);
  useTabTitle(plan.title);
  return (
    <>
      <div className="page-acts">
        <h1>{title}</h1>
        <PlanState of={plan.state} />
        {writing.changed && <span className="quiet">{words.unsaved}</span>}
        {writing.wasKept && writing.theirs === null && <span className="small" role="status">{words.kept} <Button size="small" type="link" style={{ padding: 0 }} onClick={writing.takeSaved}>{words.startOver}</Button></span>}
        <span style={{ flex: 1 }} />
        <AlsoHere on={plan.id} />
        {may && (
          <Space>
            <Button onClick={() => act.save.mutate(text)} loading={act.save.isPending} disabled={!writing.changed || writing.theirs !== null}>{words.save}</Button>
            {plan.state === "paused" ? <Button onClick={() => act.resume.mutate()}>{words.resume}</Button> : <Button onClick={() => ask("pause")}>{words.pause}</Button>}
            <Button type="primary" disabled={writing.theirs !== null || Boolean(plan.waiting)} title={plan.waiting ? words.versionWaits : undefined} onClick={() => ask("publish")}>{words.publish}</Button>
          </Space>
        )}
      </div>
      <HeadOfficeOnly right="plans.edit" />
      {plan.waiting && <Waits plan={plan} waiting={plan.waiting} busy={act.withdraw.isPending} onWithdraw={may ? () => act.withdraw.mutate() : undefined} />}
      {writing.theirs !== null && (
        <div className="plan-conflict" role="alert">
          <p><b>{words.conflict}</b> {words.conflictNext}</p>
          <DiffText before={text} after={writing.theirs} label={words.conflict} />
          <Space><Button onClick={writing.takeSaved}>{words.takeTheirs}</Button><Button onClick={writing.keepMine}>{words.keepMine}</Button></Space>
        </div>
      )}
      <div className="plan-editor">
        <PlanForm text={text} onText={setText} may={may} />
        <textarea ref={area} className="plan-text mono" aria-label={words.text} spellCheck={false} readOnly={!may} value={text} onChange={(event) => setText(event.target.value)} />
        <div className="plan-side">
          <PlanCheck text={settled} onPlace={(line, column) => place(area, text, line, column)} />
          <PlanWhy plan={plan} />
          <PlanHistory plan={plan} now={text} />
        </div>
      </div>
      {may && <Rehearsal plan={plan} text={text} />}
      {asking && (
        <ReasonForm
          what={asking}
          plan={plan}
          text={text}
          reason={reasons[asking] ?? ""}
          from={from}
          busy={act.pause.isPending || act.publish.isPending}
          onReason={write}
          onFrom={begin}
          onClose={close}
          onGo={(reason, day) => {
            // Refused, the form stays, and what was written in it.
            const done = () => { write(""); close(); };
            if (asking === "pause") act.pause.mutate(reason, { onSuccess: done });
            else act.publish.mutate({ reason, from: day, text: writing.changed ? text : undefined }, { onSuccess: () => { begin(undefined); done(); } });
          }}
        />
      )}
    </>
  );
}

/** That a version waits for its day, what runs until then, and how it is taken back. */
function Waits({ plan, waiting, busy, onWithdraw }: { plan: Plan; waiting: NonNullable<Plan["waiting"]>; busy: boolean; onWithdraw?: () => void }) {
  const words = useWords(planWords);
  const say = useDayText();
  return (
    <p className="plan-waits" role="status">
      <span><b>{words.waits(waiting.version, say(waiting.from))}</b> {plan.published ? words.untilThen(plan.published) : words.untilThenNothing}</span>
      {onWithdraw && <Button size="small" loading={busy} onClick={onWithdraw}>{words.withdraw}</Button>}
    </p>
  );
}

/** Puts the cursor on a line and column of the text. */
function place(area: RefObject<HTMLTextAreaElement | null>, text: string, line: number, column: number) {
  const before = text.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const at = before + Math.max(column - 1, 0);
  area.current?.focus();
  area.current?.setSelectionRange(at, at + 1);
}

interface Publication {
  readonly reason: string;
  /** A day to come; none for today. */
  readonly from?: string;
  readonly text?: string;
}

function usePlanActs(id: string, writing: ReturnType<typeof usePlanText>) {
  const words = useWords(planWords);
  const client = useQueryClient();
  const told = useProblemWords();
  const { message } = App.useApp();
  const say = useDayText();
  const hooks = <I,>(done: string | ((input: I) => string)) => ({
    onSuccess: (_: unknown, input: I) => void message.success(typeof done === "string" ? done : done(input)),
    onError: (thrown: unknown) => {
      const problem = told(thrown);
      void message.error(`${problem.title} ${problem.next}`);
    },
    // After a refusal too: it may be that somebody else was at work.
    onSettled: () => void client.invalidateQueries({ queryKey: ["plan"] }),
  });
  const overtaken = () => new ApiProblem({ status: 412, code: "version_stale", detail: words.conflict, next: words.conflictNext });
  // What a colleague saved may be here already, behind the dialog: with its version, theirs would be overwritten unseen.
  const mustBeMine = () => {
    if (writing.theirs !== null) throw overtaken();
  };
  const saveDraft = async (text: string) => {
    mustBeMine();
    const version = await writing.save(text);
    if (version === null) throw overtaken();
    return version;
  };
  return {
    save: useMutation({ mutationFn: saveDraft, ...hooks<string>(words.saved) }),
    publish: useMutation({
      mutationFn: async ({ reason, from, text }: Publication) => {
        mustBeMine();
        // What is published is what was on screen, and its version says so.
        const version = text === undefined ? (await writing.stillMine())?.version : await saveDraft(text);
        if (version === undefined) throw overtaken();
        return call("POST /plans/{id}/publication", { path: { id }, body: { reason, from }, version });
      },
      ...hooks<Publication>(({ from }) => (from ? words.publishedFrom(say(from)) : words.published)),
    }),
    withdraw: useMutation({ mutationFn: () => call("DELETE /plans/{id}/publication", { path: { id } }), ...hooks<void>(words.withdrawn) }),
    pause: useMutation({ mutationFn: (reason: string) => call("POST /plans/{id}/pause", { path: { id }, body: { reason } }), ...hooks<string>(words.paused) }),
    resume: useMutation({ mutationFn: () => call("DELETE /plans/{id}/pause", { path: { id } }), ...hooks<void>(words.resumed) }),
  };
}

interface ReasonProps {
  readonly what: "publish" | "pause";
  readonly plan: Plan;
  readonly text: string;
  readonly reason: string;
  /** The day that was chosen for publishing; none for today. */
  readonly from: string | undefined;
  readonly busy: boolean;
  readonly onReason: (reason: string) => void;
  readonly onFrom: (day: string) => void;
  readonly onClose: () => void;
  readonly onGo: (reason: string, from?: string) => void;
}

/** Asks for the reason, which its caller keeps: shut by a slip and opened again, it says what was written. */
function ReasonForm({ what, plan, text, reason, from, busy, onReason, onFrom, onClose, onGo }: ReasonProps) {
  const words = useWords(planWords);
  const common = useWords(partsWords);
  const { today } = useMe();
  const day = from && from > today ? from : today;
  const last = versionInForce(plan);
  const published = useQuery({ ...versionQuery(plan.id, last?.version ?? 0), enabled: last !== null && what === "publish" });
  return (
    <Modal open width={what === "publish" ? 720 : 480} title={what === "publish" ? words.publishTitle : words.pause} okText={words[what]} cancelText={common.cancel} okButtonProps={{ disabled: !reason.trim() }} confirmLoading={busy} mask={{ closable: false }} onCancel={onClose} onOk={() => onGo(reason.trim(), day > today ? day : undefined)}>
      {what === "publish" && (
        <div className="column" style={{ marginBottom: 12 }}>
          <p className="quiet">{words.publishHint}</p>
          <div className="plan-from">{words.from}<DayField label={words.from} width={140} value={day} min={today} max={daysLater(today, 366)} aria-describedby="plan-from-hint" onChange={onFrom} /><span id="plan-from-hint" className="quiet small">{words.fromHint}</span></div>
          <Difference before={published.data?.text ?? null} after={text} />
          <PublishLoad plan={plan} text={text} />
          {last && <Shown of={published} lines={3}>{(version) => <DiffText before={version.text} after={text} label={words.comparedTo(last.version)} />}</Shown>}
        </div>
      )}
      <label>{words.reason}<Input.TextArea autoFocus rows={3} value={reason} placeholder={words.needReason} onChange={(event) => onReason(event.target.value)} /></label>
    </Modal>
  );
}

/** How many the text would touch this minute, beside those of the version in force. */
function Difference({ before, after }: { before: string | null; after: string }) {
  const words = useWords(planWords);
  const { language } = usePreferences();
  const countOf = (text: string | null) => ({ queryKey: ["plan", "count", text], queryFn: () => call("POST /plans/count", { body: { text: text ?? "" } }), enabled: text !== null });
  const [old, now] = [useQuery(countOf(before)), useQuery(countOf(after))];
  if (!now.data) return null;
  const text = (count: number) => countText(count, language);
  const more = old.data ? now.data.count - old.data.count : 0;
  return (
    <p role="status">
      {words.matchNow} <b>{text(now.data.count)}</b>
      {old.data && <span className="quiet"> · {more === 0 ? words.matchSame : words.matchBefore(text(old.data.count), `${more > 0 ? "+" : "−"}${text(Math.abs(more))}`)}</span>}
    </p>
  );
}
