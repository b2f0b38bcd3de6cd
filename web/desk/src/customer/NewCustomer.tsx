/** A customer added by hand: a name or a number is enough, the rest is asked later. Who may be the same person is told at once. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Form, Input, Select } from "antd";
import { type Answer, call } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { useUnits } from "../org/useOrg";
import { Ask } from "../parts/Ask";
import { useProblemWords } from "../parts/problemWords";
import { customerWords } from "../words/customer";
import { mergeWords } from "../words/merge";
import { partsWords } from "../words/parts";
import { mayEntrust } from "./bulk";
import { duplicatesQuery } from "./merge";

interface Filled {
  readonly name?: string;
  readonly phone?: string;
  readonly unit_id?: string;
}
type Likely = Answer<"GET /customers/{id}/duplicates">;

export function NewCustomer({ onClose }: { onClose: () => void }) {
  const { add, list } = useWords(customerWords);
  const me = useMe();
  const save = useAdded(onClose);
  return (
    <Ask<Filled> title={add.do} first={{ unit_id: me.unit_id }} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <p className="quiet small" style={{ marginBottom: 12 }}>{add.hint}</p>
      <Form.Item
        name="name" label={list.name} dependencies={["phone"]}
        rules={[{ max: 100 }, ({ getFieldValue }) => ({ validator: (_, name?: string) => (said(name) || said(getFieldValue("phone") as string | undefined) ? Promise.resolve() : Promise.reject(new Error(add.needed))) })]}
      >
        <Input autoFocus autoComplete="off" />
      </Form.Item>
      <Form.Item name="phone" label={list.phone}><Input inputMode="tel" autoComplete="off" /></Form.Item>
      {mayEntrust(me.role) && <Form.Item name="unit_id" label={list.unit}><UnitField /></Form.Item>}
    </Ask>
  );
}

/** Those who lead choose where the customer belongs; everybody else adds customers of their own part of the firm. */
function UnitField(field: { id?: string; value?: string; onChange?: (unit: string) => void }) {
  const units = useUnits();
  return <Select<string> {...field} showSearch optionFilterProp="label" options={(units.data ?? []).map((unit) => ({ value: unit.id as string, label: unit.name }))} />;
}

const said = (text: string | undefined) => text?.trim() || undefined;

/** Adds the customer and opens the page; only the server knows everybody who may be the same, and it is asked once the record is there. */
function useAdded(onClose: () => void) {
  const words = useWords(customerWords).add;
  const navigate = useNavigate();
  const client = useQueryClient();
  const told = useProblemWords();
  const { message } = App.useApp();
  const tell = useLikely();
  return useMutation({
    mutationFn: async ({ name, phone, unit_id }: Filled) => {
      const { id } = await call("POST /customers", { body: { facts: { name: said(name), phone: said(phone) }, unit_id } });
      const likely: Likely = await client.fetchQuery(duplicatesQuery(id)).catch(() => []);
      return { id, likely };
    },
    onSuccess: ({ id, likely }) => {
      // The list is asked anew when it is seen again.
      void client.invalidateQueries({ queryKey: ["customer", "list"], refetchType: "none" });
      onClose();
      void navigate({ to: `/customers/${id}` });
      if (likely.length > 0) tell(id, likely);
      else void message.success(words.done);
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`, 6),
  });
}

function useLikely(): (id: string, likely: Likely) => void {
  const words = useWords(customerWords).add;
  const merge = useWords(mergeWords);
  const { and } = useWords(partsWords);
  const navigate = useNavigate();
  const { message } = App.useApp();
  return (id, likely) => {
    const names = likely.slice(0, 3).map((one) => words.likely(one.name || one.phone_masked || one.id, one.by.map((by) => wordFor(merge.by, by)).join(and)));
    const compare = () => {
      message.destroy("likely");
      void navigate({ to: `/customers/${id}/merge`, search: { other: likely[0]?.id } as never });
    };
    void message.open({ key: "likely", type: "warning", duration: 12, content: <span className="undo-bar">{words.maybe(names.join(and))}<Button size="small" type="link" onClick={compare}>{merge.open}</Button></span> });
  };
}
