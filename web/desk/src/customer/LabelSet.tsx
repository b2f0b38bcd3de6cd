/** The labels of a customer; adding and taking away can be undone. Who may not change the file only reads them. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CustomerPage } from "../frame/shapes";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
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
  const edits = useMe().permissions.includes("customers.edit");
  const offerUndo = useUndo();
  const catalogue = useQuery(labelsQuery);
  const [adding, add] = useState<"adding" | "closed">("closed");
  const put = useChange(customer.id, (key: string) => call("PUT /customers/{id}/labels/{key}", { path: { id: customer.id, key }, body: { remark: "" } }), (key) => words.labelled(label(key).title));
  const take = useChange(
    customer.id,
    (key: string) => call("DELETE /customers/{id}/labels/{key}", { path: { id: customer.id, key } }),
    (key) => words.unlabelled(label(key).title),
    (key) => offerUndo(words.unlabelled(label(key).title), () => put.mutate(key)),
  );
  const free = (catalogue.data ?? []).filter((one) => !customer.labels.some((label) => label.key === one.key));
  const groups = [...new Set(free.map((one) => one.family ?? ""))];
  return (
    <div className="row wrap" style={{ gap: 6 }}>
      {customer.labels.map((one) => <LabelChip key={one.key} of={one} removeLabel={words.removeLabel(one.title)} onRemove={edits ? () => take.mutate(one.key) : undefined} />)}
      {!edits && customer.labels.length === 0 && <span className="quiet small">{words.none}</span>}
      {edits && (adding === "adding" ? (
        <Select
          autoFocus defaultOpen size="small" style={{ width: 160 }} showSearch={{ optionFilterProp: "label" }} placeholder={words.addLabel}
          options={groups.map((group) => ({ label: group, title: group, options: free.filter((one) => (one.family ?? "") === group).map((one) => ({ value: one.key, label: label(one.key).title })) }))}
          onBlur={() => add("closed")}
          onChange={(key: string) => { add("closed"); put.mutate(key); }}
        />
      ) : (
        <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => add("adding")}>{words.addLabel}</Button>
      ))}
    </div>
  );
}
