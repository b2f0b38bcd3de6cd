/** The middle of My day: who this is, how to reach them, what they hold, what was said. */
import { PhoneOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type AgreementRow, type CustomerPage, isPaid, type TouchRow } from "../frame/shapes";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { ClassBadge, Tier } from "../parts/badges";
import { Day, daysLater } from "../parts/Day";
import { Masked } from "../parts/Masked";
import { Money } from "../parts/Money";
import { Shown } from "../parts/states";
import { Timeline } from "../parts/Timeline";
import { customerWords } from "../words/customer";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { useCard, useStory } from "./useCard";

interface Props {
  readonly id: string;
  readonly touch: TouchRow;
  readonly onBack: () => void;
  readonly onCall: () => void;
}

export function CustomerPane({ id, touch, onBack, onCall }: Props) {
  const words = useWords(workWords).touch;
  const page = useCard(id);
  return (
    <div className="pane">
      <Button className="back-to-list" size="small" onClick={onBack}>← {words.back}</Button>
      <Shown of={page}>
        {(customer) => (
          <>
            <Head customer={customer} onCall={onCall} />
            <p className="reason only-phone"><strong>{touch.title}</strong> {touch.reason}</p>
            <section>
              <h3>{words.holds}</h3>
              <Holds agreements={customer.agreements} />
            </section>
          </>
        )}
      </Shown>
      <section>
        <Story id={id} />
      </section>
    </div>
  );
}

/** What a call needs of the story: what was said, noted and paid. The whole of it stands on the customer's page. */
const PARTS = ["contact", "note", "money"] as const;

function Story({ id }: { id: string }) {
  const words = useWords(workWords).touch;
  const customer = useWords(customerWords);
  const [part, show] = useState<"" | (typeof PARTS)[number]>("");
  const story = useStory(id, part || undefined);
  return (
    <>
      <div className="row wrap story-head">
        <h3 className="grow">{words.story}</h3>
        <Segmented size="small" aria-label={customer.page.filter} value={part} onChange={show} options={[{ value: "", label: customer.page.all }, ...PARTS.map((value) => ({ value, label: customer.kinds[value] ?? value }))]} />
      </div>
      <Shown of={story} lines={5}>
        {(past) => (past.length > 0 ? <Timeline past={past} /> : <p className="quiet small">{customer.page.storyEmpty}</p>)}
      </Shown>
    </>
  );
}

const phoneFirst = (kind: string) => (kind === "phone" || kind === "mobile" ? 0 : 1);

function Head({ customer, onCall }: { customer: CustomerPage; onCall: () => void }) {
  const words = useWords(customerWords);
  const parts = useWords(partsWords);
  const work = useWords(workWords);
  const quiet = [
    customer.age != null && words.page.yearsOld(customer.age), wordFor(parts.genders, customer.gender), customer.region,
    customer.owner ? `${words.page.owner} ${customer.owner.name}` : words.page.orphan,
  ].filter(Boolean);
  return (
    <header>
      <div className="row wrap">
        <h2><Link to={`/customers/${customer.id}`} style={{ color: "inherit" }}>{customer.name}</Link></h2>
        <Tier tier={customer.tier} />
        <ClassBadge of={customer.class} />
        <span className="grow" />
        <Button className="not-phone" size="small" icon={<PhoneOutlined />} onClick={onCall}>{work.touch.call} <kbd>C</kbd></Button>
        <Link to={`/customers/${customer.id}`} className="small">{work.touch.open}</Link>
      </div>
      <p className="quiet small">{quiet.join(" · ")}</p>
      <div className="row wrap" style={{ gap: 12, fontSize: 13 }}>
        {[...customer.contact_points].sort((a, b) => phoneFirst(a.kind) - phoneFirst(b.kind) || a.rank - b.rank).slice(0, 2).map((point) => <Masked key={point.id} customer={customer.id} point={point.id} masked={point.masked} />)}
        {customer.consents.map((consent) => (
          <span key={consent.channel} className={consent.state === "refused" ? "risk small" : "quiet small"}>
            {wordFor(parts.channels, consent.channel)} {consent.state === "given" ? "✓" : consent.state === "refused" ? "✗" : "?"} <span className="unseen">{consent.state === "given" || consent.state === "refused" ? words.page[consent.state] : words.page.unknown}</span>
          </span>
        ))}
        {customer.last_contact_at && <span className="quiet small">{parts.why.last("")}<Day day={customer.last_contact_at} weekday="plain" /></span>}
      </div>
    </header>
  );
}

export function Holds({ agreements }: { agreements: readonly AgreementRow[] }) {
  const { today } = useMe();
  const words = useWords(customerWords);
  if (agreements.length === 0) return <p className="quiet small">{words.page.none}</p>;
  return (
    <ul className="holds">
      {agreements.map((agreement) => (
        <li key={agreement.id}>
          <span className="one-line">{agreement.product || wordFor(words.agreementKinds, agreement.kind)} <span className="quiet">{agreement.plate || agreement.number}</span></span>
          <Money amount={agreement.premium} />
          <span className={agreement.due && !isPaid(agreement) && agreement.due <= daysLater(today, 60) ? "due" : "quiet"}><Day day={agreement.due ?? agreement.end} weekday="plain" /></span>
        </li>
      ))}
    </ul>
  );
}
