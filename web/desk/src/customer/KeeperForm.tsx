/** Gives the customer to another person of one's own part of the firm, or back to the unit. */
import { Form, Select } from "antd";
import { useMemo } from "react";
import { call } from "../frame/api";
import type { CustomerPage } from "../frame/shapes";
import { useWords } from "../frame/words";
import { useStaff } from "../org/useOrg";
import { Ask } from "../parts/Ask";
import { BY_PERSON, personOption } from "../parts/people";
import { customerWords } from "../words/customer";
import { useChange } from "./useChange";

/** Whose work is with customers. */
const KEEPERS: ReadonlySet<string> = new Set(["maintainer", "channel_lead", "specialist"]);

export function KeeperForm({ customer, onClose }: { customer: CustomerPage; onClose: () => void }) {
  const words = useWords(customerWords).keeper;
  const staff = useStaff({});
  const options = useMemo(() => (staff.data?.items ?? []).filter((one) => !one.left_on && KEEPERS.has(one.role)).map(personOption), [staff.data]);
  const give = useChange(
    customer.id,
    ({ owner_id }: { owner_id?: string }) => call("PUT /customers/{id}/keeper", { path: { id: customer.id }, body: { owner_id: owner_id ?? null, unit_id: owner_id ? undefined : customer.unit?.id } }),
    () => words.done,
    onClose,
  );
  return (
    <Ask<{ owner_id?: string }> title={words.title(customer.name)} of="on file" first={{ owner_id: customer.owner?.id }} busy={give.isPending} onClose={onClose} onFinish={(filled) => give.mutate(filled)}>
      <Form.Item name="owner_id" label={words.who} extra={words.hint}><Select autoFocus allowClear showSearch={BY_PERSON} placeholder={words.nobody} options={options} /></Form.Item>
    </Ask>
  );
}
