/** Work orders as a table, to choose many and hand them to a person or by a rule. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Modal, Radio, Select } from "antd";
import { useState } from "react";
import type { TouchRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { useStaff } from "../org/useOrg";
import { DataTable } from "../parts/DataTable";
import { Day } from "../parts/Day";
import { Money } from "../parts/Money";
import { useProblemWords } from "../parts/problemWords";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { outcomeSaid } from "./handedOut";
import { touchesQuery } from "./queries";

export function BoardTable({ unit, batch }: { unit: string | undefined; batch: string | undefined }) {
  const words = useWords(workWords);
  const may = useMe().permissions.includes("work.hand_out");
  const [state, setState] = useState<string>();
  const touches = useInfiniteQuery(touchesQuery({ unit, batch, state }));
  const [chosen, choose] = useState<string[]>([]);
  const [asking, ask] = useState<"shown" | "hidden">("hidden");
  return (
    <>
      <div className="page-acts">
        <Select allowClear style={{ width: 140 }} aria-label={words.board.state} placeholder={words.board.state} value={state} onChange={setState} options={Object.entries(words.states).map(([value, label]) => ({ value, label }))} />
        {may && <Button type="primary" disabled={chosen.length === 0} onClick={() => ask("shown")}>{words.board.handOut}</Button>}
      </div>
      <DataTable<TouchRow>
        of={touches}
        label={words.board.title}
        name="work"
        empty={{ title: words.board.empty, next: words.board.emptyNext }}
        selected={may ? chosen : undefined}
        onSelect={may ? choose : undefined}
        columns={[
          { title: words.board.customer, key: "customer", width: 140, fixed: "left", draw: (row) => <Link to={`/customers/${row.customer.id}` as never}>{row.customer.name}</Link> },
          { title: words.board.what, key: "title", width: 240, draw: (row) => row.title },
          { title: words.board.state, key: "state", width: 100, draw: (row) => wordFor(words.states, row.state) },
          { title: words.board.owner, key: "owner", width: 120, draw: (row) => row.owner?.name ?? <span className="quiet">{words.board.nobody}</span> },
          { title: words.board.due, key: "due", width: 120, draw: (row) => <span className={row.overdue ? "risk" : ""}><Day day={row.due_day} weekday="plain" /></span> },
          { title: words.board.notAfter, key: "not_after", width: 120, draw: (row) => <Day day={row.not_after} weekday="plain" /> },
          { title: words.board.worth, key: "worth", width: 110, align: "right", draw: (row) => <Money amount={row.worth} cents="short" /> },
        ]}
      />
      {asking === "shown" && <HandOutForm ids={chosen} unit={unit} onClose={() => ask("hidden")} onDone={() => choose([])} />}
    </>
  );
}

const RULES = ["even", "capacity", "region", "owner"] as const;

function HandOutForm({ ids, unit, onClose, onDone }: { ids: string[]; unit: string | undefined; onClose: () => void; onDone: () => void }) {
  const words = useWords(workWords);
  const parts = useWords(partsWords);
  const me = useMe();
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [way, setWay] = useState<"hand" | "rule">("hand");
  const [person, setPerson] = useState<string>();
  const [rule, setRule] = useState<string>("even");
  const staff = useStaff({ unit, role: "maintainer" });
  const handOut = useMutation({
    mutationFn: () => call("POST /touches/hand-out", { body: way === "hand" ? { touch_ids: ids, staff_id: person } : { touch_ids: ids, unit_id: unit ?? me.unit_id, rule } }),
    onSuccess: ({ total, left }) => {
      // What was closed or changed meanwhile, or fits nobody, stays where it was.
      void message[total > 0 ? "success" : "warning"](outcomeSaid(words.handOut, total, left), total < ids.length ? 8 : undefined);
      void client.invalidateQueries({ queryKey: ["work"] });
      onDone();
      onClose();
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
  const people = (staff.data?.items ?? []).filter((one) => !one.left_on);
  return (
    <Modal open title={words.board.handOutTitle(ids.length)} okText={words.board.handOut} cancelText={parts.cancel} okButtonProps={{ disabled: way === "hand" && !person }} confirmLoading={handOut.isPending} onCancel={onClose} onOk={() => handOut.mutate()}>
      <Radio.Group value={way} onChange={(event) => setWay(event.target.value as "hand" | "rule")} options={[{ value: "hand", label: words.board.byHand }, { value: "rule", label: words.board.byRule }]} style={{ marginBottom: 12 }} />
      {way === "hand" ? (
        <Select showSearch optionFilterProp="label" style={{ width: "100%" }} aria-label={words.board.toPerson} placeholder={words.board.toPerson} value={person} onChange={setPerson} options={people.map((one) => ({ value: one.id, label: `${one.name} · ${one.unit_name ?? ""}` }))} />
      ) : (
        <Select style={{ width: "100%" }} aria-label={words.board.byRule} value={rule} onChange={setRule} options={RULES.map((one) => ({ value: one, label: wordFor(words.handOut.rules, one) }))} />
      )}
    </Modal>
  );
}
