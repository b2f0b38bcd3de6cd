/** The labels of a customer; adding and taking away can be undone. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CustomerPage } from "../generated/contract";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { useUndo } from "../parts/UndoToast";
import { customerWords } from "../words/customer";
import { labelsQuery, useLabels } from "./queries";
import { useChange } from "./useChange";

export function LabelChip({ of, onRemove, removeLabel }: { of: { title: string; colour: string }; onRemove?: () => void; removeLabel?: string }) {
  return (
    <span className="label-chip">
      {of.colour && <i style={{ background: of.colour }} />}
      {of.title}
      {onRemove && <button type="button" aria-label={removeLabel} onClick={onRemove}><CloseOutlined style={{ fontSize: 9 }} /></button>}
    </span>
  );
}

export function LabelSet({ customer }: { customer: CustomerPage }) {
  const words = useWords(customerWords).page;
  const label = useLabels();
  const offerUndo = useUndo();
  const catalogue = useQuery(labelsQuery);
  const [adding, add] = useState<"adding" | "closed">("closed");
  const put = useChange(customer.id, (key: string) => call("PUT /customers/{id}/labels/{key}", { path: { id: customer.id, key } }), (key) => words.labelled(label(key).title));
  const take = useChange(
    customer.id,
    (key: string) => call("DELETE /customers/{id}/labels/{key}", { path: { id: customer.id, key } }),
    (key) => words.unlabelled(label(key).title),
    (key) => offerUndo(words.unlabelled(label(key).title), () => put.mutate(key)),
  );
  const free = (catalogue.data?.items ?? []).filter((one) => !customer.labels.includes(one.key));
  const groups = [...new Set(free.map((one) => one.group))];
  return (
    <div className="row wrap" style={{ gap: 6 }}>
      {customer.labels.map((key) => <LabelChip key={key} of={label(key)} removeLabel={words.removeLabel(label(key).title)} onRemove={() => take.mutate(key)} />)}
      {adding === "adding" ? (
        <Select
          autoFocus defaultOpen size="small" style={{ width: 160 }} showSearch={{ optionFilterProp: "label" }} placeholder={words.addLabel}
          options={groups.map((group) => ({ label: group, title: group, options: free.filter((one) => one.group === group).map((one) => ({ value: one.key, label: one.title })) }))}
          onBlur={() => add("closed")}
          onChange={(key: string) => { add("closed"); put.mutate(key); }}
        />
      ) : (
        <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => add("adding")}>{words.addLabel}</Button>
      )}
    </div>
  );
}
