/** A plan as a form: its name, who, when, what, how, by whom, limits, proof. Each field writes its one value into the text. */
import { ConfigProvider } from "antd";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { usePreferences } from "../../frame/preferences";
import type { PlanChoices } from "../../frame/shapes";
import { useWords, wordFor } from "../../frame/words";
import { labelsQuery } from "../../customer/queries";
import { Bones, ErrorState } from "../../parts/states";
import { intakeWords } from "../../words/intake";
import { partsWords } from "../../words/parts";
import { planFormWords } from "../../words/planForm";
import { remarkWords } from "../../words/remark";
import { known } from "./condition";
import { Conditions } from "./Conditions";
import { Channels, Field, OneOf, Rests, SomeOf, Typed, Whole } from "./fields";
import { entryOf, put, putText, putTexts, saidAllBy, saidBy, type Shape } from "./planText";
import { rebased } from "./rebased";
import { type Change, usePlanChoices, usePlanForm } from "./usePlanForm";

const CHANNELS = ["phone", "sms", "wechat", "mail", "visit"] as const;
const WITH_TEMPLATE = ["sms", "wechat", "mail"];
const LIMITS = [
  { path: "limits.priority", title: "priority", high: 100, usual: "50" },
  { path: "limits.cooldown_days", title: "cooldown", high: 366, usual: "0" },
  { path: "limits.cap_30d", title: "cap", high: 30, usual: "3" },
] as const;

interface Writing {
  readonly shape: Shape;
  readonly choices: PlanChoices;
  readonly change: (change: Change) => void;
}

export function PlanForm({ text, onText, may }: { text: string; onText: (next: string) => void; may: boolean }) {
  const words = useWords(planFormWords);
  const form = usePlanForm(text, onText);
  const choices = usePlanChoices();
  const failed = form.error ?? choices.error;
  if (failed && !(form.shape && choices.data)) return <ErrorState thrown={failed} onRetry={() => { form.retry(); void choices.refetch(); }} />;
  return (
    <section className="plan-form" aria-label={words.title}>
      <p className="quiet small">{words.hint}</p>
      {form.problem && <p className="due" role="status">{words.broken} {form.problem.message}</p>}
      {!form.problem && !(form.shape && choices.data) && <Bones lines={10} />}
      {form.shape && choices.data && (
        <ConfigProvider componentDisabled={!may}>
          <Rests value={form.rests}><Sections shape={form.shape} choices={choices.data} change={form.change} /></Rests>
        </ConfigProvider>
      )}
    </section>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return <section className="plan-form-part"><h2>{title}</h2>{children}</section>;
}

function Sections(writing: Writing) {
  const words = useWords(planFormWords);
  return (
    <>
      <Section title={words.naming}><Naming {...writing} /></Section>
      <Section title={words.who}><Who {...writing} /></Section>
      <Section title={words.when}><When {...writing} /></Section>
      <Section title={words.what}><What {...writing} /></Section>
      <Section title={words.how}><How {...writing} /></Section>
      <Section title={words.by}><By {...writing} /></Section>
      <Section title={words.limits}><Limits {...writing} /></Section>
      <Section title={words.proof}><Proof {...writing} /></Section>
    </>
  );
}

/** What the plan is called, what kind of work it makes, and what the one who works on its touches reads. */
function Naming({ shape, change }: Writing) {
  return (
    <>
      <Named part="title" shape={shape} change={change} />
      <Business shape={shape} change={change} />
      <Named part="reason" shape={shape} change={change} />
    </>
  );
}

function Named({ part, shape, change }: Pick<Writing, "shape" | "change"> & { part: "title" | "reason" }) {
  const words = useWords(planFormWords);
  const written = entryOf(shape, part);
  // Words of one language for both are no table: only the text changes those.
  if (written && written.kind !== "table") return <AsText title={words.named[part].zh} text={saidBy(shape, part)} />;
  return (["zh", "en"] as const).map((language) => {
    const path = `${part}.${language}`;
    return <Field key={path} title={words.named[part][language]}>{(id) => <Typed id={id} value={saidBy(shape, path)} onTake={(next) => change((now) => putText(now, path, next))} />}</Field>;
  });
}

/** The kind of work chooses the outcome codes; a kind of the firm's own stays as the text has it. */
function Business({ shape, change }: Pick<Writing, "shape" | "change">) {
  const words = useWords(planFormWords);
  const { any: _, ...kinds } = { ...useWords(intakeWords).businessTypes, ...useWords(remarkWords).moreTypes };
  return <Field title={words.business}>{(id) => <OneOf id={id} width={180} value={saidBy(shape, "business_type")} choices={Object.entries(kinds).map(([value, label]) => ({ value, label }))} onTake={(next) => change((now) => putText(now, "business_type", next))} />}</Field>;
}

function Who({ shape, choices, change }: Writing) {
  const words = useWords(planFormWords);
  const { language } = usePreferences();
  const labels = useQuery(labelsQuery);
  const forEach = saidBy(shape, "for_each");
  const as = saidBy(shape, "as");
  const may = useMemo(() => {
    const named = (labels.data ?? []).map((one) => ({ key: one.key, title: language === "zh" ? one.title_zh : one.title_en }));
    return known(choices, named, forEach, as);
  }, [choices, labels.data, language, forEach, as]);
  const item = choices.items.find((one) => one.key === forEach);
  const { who } = shape.outline;
  return (
    <>
      {item && <p className="quiet small">{words.each(item.title, may.item)}</p>}
      {who ? <Conditions source={saidBy(shape, "who")} who={who} known={may} onWrite={(next) => change((now) => putText(now, "who", rebased(saidBy(shape, "who"), next, saidBy(now, "who"))))} /> : <p className="quiet">{words.noCondition}</p>}
    </>
  );
}

function When({ shape, choices, change }: Writing) {
  const words = useWords(planFormWords);
  return (
    <>
      <p className="quiet small">{words.nightly}</p>
      <div className="plan-fields">
        <Field title={words.at}>{(id) => <Typed id={id} width={110} value={saidBy(shape, "limits.at")} usual={words.atHint} allows={(text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text)} wrong={words.atHint} onTake={(next) => change((now) => putText(now, "limits.at", next))} />}</Field>
        <Field title={words.expires}>{(id) => <Whole id={id} width={110} low={0} high={366} usual={words.usual("3")} value={saidBy(shape, "limits.expires_after_days")} onTake={(next) => change((now) => put(now, "limits.expires_after_days", next || null))} />}</Field>
      </div>
      <Field title={words.quietDays}>{(id) => <SomeOf id={id} values={saidAllBy(shape, "limits.quiet_days")} choices={choices.festivals.map((one) => ({ value: one.key, label: one.title }))} onTake={taken(change, "limits.quiet_days")} />}</Field>
    </>
  );
}

function What({ shape, choices, change }: Writing) {
  const words = useWords(planFormWords);
  const names = useWords(partsWords).channels;
  const channels = [...new Set(saidAllBy(shape, "channels").map((one) => (one === "email" ? "mail" : one)))].filter((one) => WITH_TEMPLATE.includes(one));
  const fitting = (channel: string) => choices.templates.filter((one) => one.channel === channel).map((one) => ({ value: one.key, label: `${one.text.replace(/\{[^}]*\}/g, "…").slice(0, 40)} · ${one.key}` }));
  return (
    <>
      <Field title={words.script}>{(id) => <OneOf id={id} width="100%" clear="clear" value={saidBy(shape, "script")} choices={choices.scripts.map((one) => ({ value: one.key, label: one.title }))} onTake={(next) => change((now) => putText(now, "script", next))} />}</Field>
      {channels.length === 0 && <p className="quiet small">{words.noTemplates}</p>}
      {channels.map((channel) => (
        <Field key={channel} title={`${words.templates} · ${wordFor(names, channel)}`}>
          {(id) => <OneOf id={id} width="100%" clear="clear" value={saidBy(shape, `templates.${channel}`)} choices={fitting(channel)} onTake={(next) => change((now) => putText(now, `templates.${channel}`, next))} />}
        </Field>
      ))}
    </>
  );
}

function How({ shape, change }: Writing) {
  return <Channels values={saidAllBy(shape, "channels")} all={CHANNELS} onTake={taken(change, "channels")} />;
}

function By({ shape, change }: Writing) {
  const words = useWords(planFormWords);
  return (
    <div className="plan-fields">
      <Field title={words.worker}>{(id) => <OneOf id={id} width={180} value={saidBy(shape, "by") || "owner"} choices={Object.entries(words.workers).map(([value, label]) => ({ value, label }))} onTake={(next) => change((now) => putText(now, "by", next))} />}</Field>
      <Field title={words.skills}>{(id) => <SomeOf id={id} free="free" values={saidAllBy(shape, "skills")} choices={[]} onTake={taken(change, "skills")} />}</Field>
    </div>
  );
}

function Limits({ shape, change }: Writing) {
  const words = useWords(planFormWords);
  const counts = saidBy(shape, "limits.counts_as_contact") === "false" ? "no" : "yes";
  const worth = saidBy(shape, "worth");
  const cost = saidBy(shape, "cost");
  const gift = saidBy(shape, "gift");
  return (
    <div className="plan-fields">
      {LIMITS.map(({ path, title, high, usual }) => (
        <Field key={path} title={words[title]}>{(id) => <Whole id={id} width={110} low={0} high={high} usual={words.usual(usual)} value={saidBy(shape, path)} onTake={(next) => change((now) => put(now, path, next || null))} />}</Field>
      ))}
      <Field title={words.counts}>{(id) => <OneOf id={id} width={110} value={counts} choices={[{ value: "yes", label: words.countsYes }, { value: "no", label: words.countsNo }]} onTake={(next) => change((now) => put(now, "limits.counts_as_contact", next === "no" ? "false" : null))} />}</Field>
      {!worth && <Field title={words.factor}>{(id) => <Typed id={id} width={110} value={saidBy(shape, "factor")} usual={words.usual("1.0")} allows={(text) => /^\d{1,6}(\.\d{1,6})?$/.test(text)} onTake={(next) => change((now) => put(now, "factor", next || null))} />}</Field>}
      {worth && <AsText title={words.worth} text={worth} />}
      {cost && <AsText title={words.cost} text={cost} />}
      {gift && <AsText title={words.gift} text={gift} />}
    </div>
  );
}

/** Writes a change of a list into the text as it stands when the change is made. */
function taken(change: Writing["change"], path: string) {
  return (list: (now: readonly string[]) => string[]) => change((now) => putTexts(now, path, list(saidAllBy(now, path))));
}

/** What only the text can change. */
function AsText({ title, text }: { title: string; text: string }) {
  const words = useWords(planFormWords);
  return <div className="plan-field plan-as-text" title={words.asTextHint}><span className="quiet small">{title}</span><code>{text}</code></div>;
}

function Proof({ shape, change }: Writing) {
  const words = useWords(planFormWords);
  return <Field title={words.anyProof}>{(id) => <SomeOf id={id} values={saidAllBy(shape, "proof.any_of")} choices={Object.entries(words.proofs).map(([value, label]) => ({ value, label }))} onTake={taken(change, "proof.any_of")} />}</Field>;
}
