/** Relates the customer to another one; both pages show it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Form, Select } from "antd";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { Ask } from "../parts/Ask";
import { useProblemWords } from "../parts/problemWords";
import { customerWords } from "../words/customer";
import { OtherCustomer } from "./OtherCustomers";

const KINDS = ["spouse", "child", "parent", "referrer", "referred", "employer", "employee", "insured", "payer"] as const;

interface Filled {
  other_id: string;
  kind: (typeof KINDS)[number];
}

export function RelateForm({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const words = useWords(customerWords);
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const relate = useMutation({
    mutationFn: (body: Filled) => call("POST /customers/{id}/relations", { path: { id }, body }),
    onSuccess: (_, { other_id }) => {
      for (const one of [id, other_id]) void client.invalidateQueries({ queryKey: ["customer", "one", one] });
      void message.success(words.relate.done);
      onClose();
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
  return (
    <Ask<Filled> title={words.relate.title(name)} first={{ kind: "spouse" }} busy={relate.isPending} onClose={onClose} onFinish={(filled) => relate.mutate(filled)}>
      <Form.Item name="other_id" label={words.relate.who} rules={[{ required: true, message: words.relate.whoNeeded }]}><OtherCustomer not={id} /></Form.Item>
      <Form.Item name="kind" label={words.relate.kind(name)}><Select options={KINDS.map((value) => ({ value, label: words.relationKinds[value] ?? value }))} /></Form.Item>
    </Ask>
  );
}
