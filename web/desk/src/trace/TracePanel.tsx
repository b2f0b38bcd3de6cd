/** The traces of one customer on the customer's page, for whoever may read traces, and opening one. */
import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { App, Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import type { CustomerPage } from "../frame/shapes";
import { useWords } from "../frame/words";
import { Ask } from "../parts/Ask";
import { EmptyState, Shown } from "../parts/states";
import { useProblemWords } from "../parts/problemWords";
import { traceWords } from "../words/trace";
import { customerTracesQuery } from "./queries";
import { StateBadge } from "./StateBadge";

export default function TracePanel({ customer }: { customer: CustomerPage }) {
  const words = useWords(traceWords);
  const may = useMe().permissions;
  const traces = useQuery(customerTracesQuery(customer.id));
  const [opening, setOpening] = useState<"open" | "closed">("closed");
  return (
    <section aria-labelledby="traces-of-customer">
      <h3>
        <span id="traces-of-customer">{words.one}</span>
        {may.includes("traces.run") && <Button size="small" type="text" icon={<PlusOutlined />} onClick={() => setOpening("open")}>{words.open}</Button>}
      </h3>
      <Shown of={traces} lines={2}>
        {(page) => (
          <>
            {page.traces.length === 0 && <p className="quiet small">{words.panelNone}</p>}
            <ul className="holds">
              {page.traces.map((row) => (
                <li key={row.id}>
                  <Link to={`/traces/${row.id}` as never}>{row.process_title}</Link>
                  <span />
                  <StateBadge row={row} />
                </li>
              ))}
            </ul>
            {opening === "open" && <OpenForm customer={customer} choices={page.choices} onClose={() => setOpening("closed")} />}
          </>
        )}
      </Shown>
    </section>
  );
}

interface Filled {
  readonly choice: string;
  readonly product?: string;
}

type Choices = readonly { process: string; title: string; agreement_ids: string[] }[];

function OpenForm({ customer, choices, onClose }: { customer: CustomerPage; choices: Choices; onClose: () => void }) {
  const words = useWords(traceWords);
  const told = useProblemWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const open = useMutation({
    mutationFn: ({ choice, product }: Filled) => {
      const [process = "", agreement_id] = choice.split(" ");
      return call("POST /customers/{id}/traces", { path: { id: customer.id }, body: { process, agreement_id: agreement_id || null, product: product ?? "" } });
    },
    onSuccess: (page) => {
      void message.success(words.opened);
      void client.invalidateQueries({ queryKey: ["trace"] });
      void navigate({ to: `/traces/${page.id}` as never });
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
  const named = (id: string) => {
    const agreement = customer.agreements.find((one) => one.id === id);
    return agreement ? `${agreement.product || agreement.kind} ${agreement.number}`.trim() : id;
  };
  // One choice for each process and agreement, so that opening is two clicks.
  const options = choices.flatMap((one) =>
    one.agreement_ids.length === 0 ? [{ value: one.process, label: one.title }] : one.agreement_ids.map((id) => ({ value: `${one.process} ${id}`, label: `${one.title} · ${named(id)}` })),
  );
  return (
    <Ask<Filled> title={words.openTitle} first={{ choice: options[0]?.value }} busy={open.isPending} onClose={onClose} onFinish={(filled) => (options.length > 0 ? open.mutate(filled) : onClose())}>
      {options.length === 0 ? (
        <EmptyState title={words.noChoice} next={words.noChoiceNext} />
      ) : (
        <>
          <Form.Item name="choice" label={words.choose} rules={[{ required: true }]}><Select options={options} showSearch optionFilterProp="label" /></Form.Item>
          <Form.Item name="product" label={words.product} extra={words.productHint}><Input maxLength={200} /></Form.Item>
        </>
      )}
    </Ask>
  );
}
