/** The right of the customer page: who belongs to them, what they hold, bills, payments, orders. */
import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { type AgreementRow, type CustomerPage, isPaid } from "../frame/shapes";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { Day, daysLater } from "../parts/Day";
import { Folded } from "../parts/Folded";
import { later } from "../parts/later";
import { Money } from "../parts/Money";
import { customerWords } from "../words/customer";
import { holdingWords } from "../words/holding";
import { Duplicates } from "./Duplicates";
import { KinColumn } from "./KinColumn";
import type { Owed } from "./PaymentForm";

const AgreementForm = later(() => import("./AgreementForm").then((all) => all.AgreementForm));
const PaymentForm = later(() => import("./PaymentForm").then((all) => all.PaymentForm));
const SHOWN_MAX = 6;

export function RelatedColumn({ customer }: { customer: CustomerPage }) {
  const words = useWords(customerWords);
  const { agreement: writing } = useWords(holdingWords);
  const edits = useMe().permissions.includes("customers.edit");
  const [owed, pay] = useState<Owed | null>(null);
  const [written, write] = useState<AgreementRow | "new" | null>(null);
  const { agreements, bills, payments, orders } = customer;
  return (
    <>
      <Duplicates customer={customer} />
      {owed && <PaymentForm customer={customer.id} owed={owed} onClose={() => pay(null)} />}
      {written && <AgreementForm customer={customer.id} agreement={written === "new" ? undefined : written} onClose={() => write(null)} />}
      <KinColumn customer={customer} />
      <Group
        title={words.page.agreements} rows={agreements} none={edits ? words.page.none : undefined}
        act={edits && <Button size="small" type="text" icon={<PlusOutlined />} aria-label={writing.add} title={writing.add} onClick={() => write("new")} />}
        draw={(row) => <Agreement key={row.id} row={row} onPay={edits ? pay : undefined} onEdit={edits ? () => write(row) : undefined} />}
      />
      <Group
        title={words.page.bills} rows={bills}
        draw={(bill) => (
          <li key={bill.id}>
            <Day day={bill.due} weekday="plain" />
            <Money amount={bill.amount} />
            {bill.paid_on || !edits ? <span className={bill.paid_on ? "done" : "due"}>{bill.paid_on ? words.page.paid : words.page.unpaid}</span> : <Pay onClick={() => pay({ title: bill.period, amount: bill.amount, bill_id: bill.id })} />}
          </li>
        )}
      />
      <Group
        title={words.page.payments} rows={payments}
        draw={(payment) => <li key={payment.id}><Day day={payment.paid_on} weekday="plain" /><Money amount={payment.amount} /><span className="quiet">{wordFor(words.agreementKinds, payment.kind)}</span></li>}
      />
      <Group
        title={words.page.orders} rows={orders}
        draw={(order) => <li key={order.id}><Day day={order.placed} weekday="plain" /><Money amount={order.amount} /><span className="quiet">{wordFor(words.orderStates, order.status)}</span></li>}
      />
      {!edits && agreements.length + bills.length + payments.length + orders.length === 0 && <section><h3>{words.page.agreements}<span>0</span></h3><p className="quiet small">{words.page.none}</p></section>}
    </>
  );
}

/** A part that is not there where it has no rows, unless it says so. */
function Group<T>({ title, rows, draw, act, none }: { title: string; rows: readonly T[]; draw: (row: T) => ReactNode; act?: ReactNode; none?: string }) {
  if (rows.length === 0 && !none) return null;
  return (
    <section>
      <h3>{title}<span>{rows.length > 0 && rows.length} {act}</span></h3>
      {rows.length === 0 && <p className="quiet small">{none}</p>}
      <ul className="holds">{rows.slice(0, SHOWN_MAX).map(draw)}</ul>
      {rows.length > SHOWN_MAX && <Folded title={`+ ${rows.length - SHOWN_MAX}`}><ul className="holds">{rows.slice(SHOWN_MAX).map(draw)}</ul></Folded>}
    </section>
  );
}

/** How long before its due day an unpaid bill is worth a colour. */
const AWAITED_DAYS = 60;

function Pay({ onClick }: { onClick: () => void }) {
  const words = useWords(customerWords);
  return <Button size="small" type="link" style={{ padding: 0, height: "auto" }} onClick={onClick}><span className="due">{words.page.unpaid}</span>&nbsp;· {words.payment.record}</Button>;
}

function Agreement({ row, onPay, onEdit }: { row: AgreementRow; onPay?: (owed: Owed) => void; onEdit?: () => void }) {
  const words = useWords(customerWords);
  const { agreement: writing } = useWords(holdingWords);
  const { today } = useMe();
  const name = row.product || wordFor(words.agreementKinds, row.kind);
  const awaits = row.due !== null && !isPaid(row) && row.due <= daysLater(today, AWAITED_DAYS);
  return (
    <li>
      <span style={{ minWidth: 0 }}>
        <span className="holds-name"><span className="one-line">{name}</span>{onEdit && <Button size="small" type="text" icon={<EditOutlined />} aria-label={writing.edit(name)} title={writing.edit(name)} onClick={onEdit} />}</span>
        <span className="quiet small">{[wordFor(words.agreementKinds, row.kind), row.plate || row.number, wordFor(words.agreementStates, row.status)].filter(Boolean).join(" · ")}</span>
      </span>
      <Money amount={row.premium} />
      <span className={awaits ? "due" : "quiet"}>
        <Day day={row.due ?? row.end} weekday="plain" />
        {row.due && (awaits || isPaid(row)) && (
          <span className="small" style={{ display: "block", textAlign: "end" }}>
            {isPaid(row) ? words.page.paid : onPay ? <Pay onClick={() => onPay({ title: row.product || row.number, amount: row.premium, agreement_id: row.id })} /> : words.page.unpaid}
          </span>
        )}
      </span>
    </li>
  );
}
