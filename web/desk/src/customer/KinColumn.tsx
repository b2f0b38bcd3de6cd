/** Who belongs to the customer: the household, whose members come and go here, and the relations. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import type { CustomerPage } from "../frame/shapes";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { later } from "../parts/later";
import { useUndo } from "../parts/UndoToast";
import { customerWords } from "../words/customer";
import { holdingWords } from "../words/holding";
import { useHousehold } from "./useHousehold";
import { type Said, useRelations } from "./useRelations";

const HouseholdForm = later(() => import("./HouseholdForm").then((all) => all.HouseholdForm));
const RelateForm = later(() => import("./RelateForm").then((all) => all.RelateForm));

export function KinColumn({ customer }: { customer: CustomerPage }) {
  const edits = useMe().permissions.includes("customers.edit");
  // One who is left alone in a household shows as one without.
  const members = customer.household && customer.household.members.length > 1 ? customer.household.members : [];
  const known = customer.relations.filter((one) => one.name);
  const relations = known.filter((one) => !members.some((member) => member.id === one.customer_id));
  return (
    <>
      {(members.length > 0 || edits) && <Household customer={customer} members={members} edits={edits} />}
      {(relations.length > 0 || edits) && <Relations customer={customer} relations={relations} edits={edits} none={known.length === 0} />}
    </>
  );
}

function Add({ label, onClick }: { label: string; onClick: () => void }) {
  return <Button size="small" type="text" icon={<PlusOutlined />} aria-label={label} title={label} onClick={onClick} />;
}

function TakeAway({ label, busy, onClick }: { label: string; busy: boolean; onClick: () => void }) {
  return <Button size="small" type="text" icon={<CloseOutlined />} aria-label={label} title={label} disabled={busy} onClick={onClick} />;
}

function Household({ customer, members, edits }: { customer: CustomerPage; members: readonly { id: string; name: string }[]; edits: boolean }) {
  const words = useWords(holdingWords).household;
  const common = useWords(customerWords);
  const offerUndo = useUndo();
  const [adding, add] = useState<"open" | "">("");
  const { join, leave } = useHousehold(customer);
  const others = members.filter((one) => one.id !== customer.id);
  const kindOf = (id: string) => customer.relations.find((one) => one.customer_id === id)?.kind ?? "member";
  const takeOut = ({ id, name }: { id: string; name: string }) =>
    leave.mutate([id], {
      // Whoever went comes back to those who stayed.
      onSuccess: () => offerUndo(words.left(name), () => join.mutate({ members: [id, ...others.map((one) => one.id)], name: "" })),
    });
  return (
    <section className="household">
      <h3>
        {members.length > 0 ? [customer.household?.name, words.title(members.length)].filter(Boolean).join(" · ") : words.none}
        {edits && <Add label={words.add} onClick={() => add("open")} />}
      </h3>
      {members.length === 0 && <p className="quiet small">{common.page.none}</p>}
      <ul className="holds">
        {others.map((one) => (
          <li key={one.id}>
            <Link to={`/customers/${one.id}`}>{one.name}</Link>
            <span className="quiet">{wordFor(common.relationKinds, kindOf(one.id))}</span>
            {edits && <TakeAway label={words.takeOut(one.name)} busy={leave.isPending} onClick={() => takeOut(one)} />}
          </li>
        ))}
      </ul>
      {edits && members.length > 0 && <Button size="small" type="link" style={{ padding: 0 }} disabled={leave.isPending} onClick={() => takeOut(customer)}>{words.leave}</Button>}
      {adding === "open" && <HouseholdForm customer={customer} onClose={() => add("")} />}
    </section>
  );
}

function Relations({ customer, relations, edits, none }: { customer: CustomerPage; relations: CustomerPage["relations"]; edits: boolean; none: boolean }) {
  const words = useWords(customerWords);
  const offerUndo = useUndo();
  const [relating, show] = useState<"open" | "">("");
  const { relate, unrelate } = useRelations(customer.id);
  const takeAway = (id: string, name: string, said: Said) => unrelate.mutate(id, { onSuccess: () => offerUndo(words.relate.takenAway(name), () => relate.mutate(said)) });
  return (
    <section>
      <h3>
        {words.page.relations}
        {edits && <Add label={words.relate.add} onClick={() => show("open")} />}
      </h3>
      {none && <p className="quiet small">{words.page.none}</p>}
      <ul className="holds">
        {relations.map((one) => (
          <li key={one.id}>
            {one.customer_id ? <Link to={`/customers/${one.customer_id}`}>{one.name}</Link> : <span>{one.name}</span>}
            <span className="quiet">{wordFor(words.relationKinds, one.kind)}</span>
            {edits && one.customer_id && <TakeAway label={words.relate.takeAway(one.name)} busy={unrelate.isPending} onClick={() => takeAway(one.id, one.name, { other_id: one.customer_id ?? "", kind: one.kind })} />}
          </li>
        ))}
      </ul>
      {relating === "open" && <RelateForm id={customer.id} name={customer.name} onClose={() => show("")} />}
    </section>
  );
}
