/** The right of the customer page: household, relations, what they hold, bills, payments, orders. */
import { PlusOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { type AgreementRow, type CustomerPage, isPaid } from "../frame/shapes";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { Day, daysLater } from "../parts/Day";
import { later } from "../parts/later";
import { Money } from "../parts/Money";
import { customerWords } from "../words/customer";
import { Duplicates } from "./Duplicates";
import type { Owed } from "./PaymentForm";

const PaymentForm = later(() => import("./PaymentForm").then((all) => all.PaymentForm));
const RelateForm = later(() => import("./RelateForm").then((all) => all.RelateForm));
const SHOWN_MAX = 6;

export function RelatedColumn({ customer }: { customer: CustomerPage }) {
  const words = useWords(customerWords);
  const edits = useMe().permissions.includes("customers.edit");
  const [owed, pay] = useState<Owed | null>(null);
  const [relating, relate] = useState<"open" | "">("");
  const related = new Set(customer.relations.map((one) => one.customer_id));
  const home = (customer.household?.members ?? []).filter((one) => one.id !== customer.id && !related.has(one.id));
  const kin = [...customer.relations.map((one) => ({ id: one.customer_id, name: one.name, kind: one.kind })), ...home.map((one) => ({ ...one, kind: "member" }))].filter((one) => one.name);
  return (
    <>
      <Duplicates customer={customer} />
      {owed && <PaymentForm customer={customer.id} owed={owed} onClose={() => pay(null)} />}
      {(kin.length > 0 || edits) && (
        <section>
          <h3>
            {customer.household ? words.page.household(customer.household.members.length) : words.page.relations}
            {edits && <Button size="small" type="text" icon={<PlusOutlined />} aria-label={words.relate.add} title={words.relate.add} onClick={() => relate("open")} />}
          </h3>
          {kin.length === 0 && <p className="quiet small">{words.page.none}</p>}
          <ul className="holds">
            {kin.map((one) => (
              <li key={`${one.kind}${one.id}`}>
                {one.id ? <Link to={`/customers/${one.id}`}>{one.name}</Link> : <span>{one.name}</span>}
                <span />
                <span className="quiet">{wordFor(words.relationKinds, one.kind)}</span>
              </li>
            ))}
          </ul>
          {relating === "open" && <RelateForm id={customer.id} name={customer.name} onClose={() => relate("")} />}
        </section>
      )}
      <Group title={words.page.agreements} rows={customer.agreements} draw={(row) => <Agreement key={row.id} row={row} onPay={edits ? pay : undefined} />} />
      <Group
        title={words.page.bills} rows={customer.bills}
        draw={(bill) => (
          <li key={bill.id}>
            <Day day={bill.due} weekday="plain" />
            <Money amount={bill.amount} />
            {bill.paid_on || !edits ? <span className={bill.paid_on ? "done" : "due"}>{bill.paid_on ? words.page.paid : words.page.unpaid}</span> : <Pay onClick={() => pay({ title: bill.period, amount: bill.amount, bill_id: bill.id })} />}
          </li>
        )}
      />
      <Group
        title={words.page.payments} rows={customer.payments}
        draw={(payment) => <li key={payment.id}><Day day={payment.paid_on} weekday="plain" /><Money amount={payment.amount} /><span className="quiet">{wordFor(words.agreementKinds, payment.kind)}</span></li>}
      />
      <Group
        title={words.page.orders} rows={customer.orders}
        draw={(order) => <li key={order.id}><Day day={order.placed} weekday="plain" /><Money amount={order.amount} /><span className="quiet">{wordFor(words.orderStates, order.status)}</span></li>}
      />
      {kin.length + customer.agreements.length + customer.bills.length + customer.payments.length + customer.orders.length === 0 && <section><h3>{words.page.agreements}<span>0</span></h3><p className="quiet small">{words.page.none}</p></section>}
    </>
  );
}

function Group<T>({ title, rows, draw }: { title: string; rows: readonly T[]; draw: (row: T) => ReactNode }) {
  if (rows.length === 0) return null;
  return (
    <section>
      <h3>{title}<span>{rows.length}</span></h3>
      <ul className="holds">{rows.slice(0, SHOWN_MAX).map(draw)}</ul>
      {rows.length > SHOWN_MAX && (
        <details className="small"><summary className="quiet">+ {rows.length - SHOWN_MAX}</summary><ul className="holds">{rows.slice(SHOWN_MAX).map(draw)}</ul></details>
      )}
    </section>
  );
}

/** How long before its due day an unpaid bill is worth a colour. */
const AWAITED_DAYS = 60;

function Pay({ onClick }: { onClick: () => void }) {
  const words = useWords(customerWords);
  return <Button size="small" type="link" style={{ padding: 0, height: "auto" }} onClick={onClick}><span className="due">{words.page.unpaid}</span>&nbsp;· {words.payment.record}</Button>;
}

function Agreement({ row, onPay }: { row: AgreementRow; onPay?: (owed: Owed) => void }) {
  const words = useWords(customerWords);
  const { today } = useMe();
  const awaits = row.due !== null && !isPaid(row) && row.due <= daysLater(today, AWAITED_DAYS);
  return (
    <li>
      <span style={{ minWidth: 0 }}>
        <span className="one-line" style={{ display: "block" }}>{row.product || wordFor(words.agreementKinds, row.kind)}</span>
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
