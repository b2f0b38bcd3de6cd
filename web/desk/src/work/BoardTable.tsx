/** Work orders as a table, to choose many and hand them to a person or by a rule. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Modal, Radio, Select } from "antd";
import { useEffect, useState } from "react";
import type { TouchRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { useStaff } from "../org/useOrg";
import { DataTable } from "../parts/DataTable";
import { Day } from "../parts/Day";
import { Money } from "../parts/Money";
import { BY_PERSON, personOption } from "../parts/people";
import { useProblemWords } from "../parts/problemWords";
import { useUndo } from "../parts/UndoToast";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { outcomeSaid } from "./handedOut";
import { useMovesBack, type Wish } from "./moves";
import { touchesQuery } from "./queries";

interface Props {
  readonly unit: string | undefined;
  readonly batch: string | undefined;
  readonly state: string | undefined;
  readonly onState: (state: string | undefined) => void;
}

export function BoardTable({ unit, batch, state, onState }: Props) {
  const words = useWords(workWords);
  const may = useMe().permissions.includes("work.hand_out");
  const touches = useInfiniteQuery(touchesQuery({ unit, batch, state }));
  const [chosen, choose] = useState<string[]>([]);
  // What is not in sight any more is not handed out.
  useEffect(() => choose([]), [unit, batch, state]);
  const [asking, ask] = useState<"shown" | "hidden">("hidden");
  return (
    <>
      <div className="page-acts">
        <Select allowClear style={{ width: 140 }} aria-label={words.board.state} placeholder={words.board.state} value={state} onChange={onState} options={Object.entries(words.states).map(([value, label]) => ({ value, label }))} />
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
      {asking === "shown" && <HandOutForm ids={chosen} rows={(touches.data?.pages ?? []).flatMap((page) => page.items)} unit={unit} onClose={() => ask("hidden")} onDone={() => choose([])} />}
    </>
  );
}

const RULES = ["even", "capacity", "region", "owner"] as const;

interface HandOutProps {
  readonly ids: string[];
  /** What the list shows now, the chosen ones among them: to where each belongs is read from it as the hand-out begins. */
  readonly rows: readonly TouchRow[];
  readonly unit: string | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** To where a work order was before it was handed out, which made it one version newer. */
const backOf = ({ id, version, owner, unit_id }: TouchRow): Wish => ({ touch_id: id, version: version + 1, ...(owner ? { staff_id: owner.id } : { unit_id }) });

function HandOutForm({ ids, rows, unit, onClose, onDone }: HandOutProps) {
  const words = useWords(workWords);
  const parts = useWords(partsWords);
  const me = useMe();
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const offerUndo = useUndo();
  const bringBack = useMovesBack();
  const [way, setWay] = useState<"hand" | "rule">("hand");
  const [person, setPerson] = useState<string>();
  const [rule, setRule] = useState<string>("even");
  const staff = useStaff({ unit, role: "maintainer" });
  const handOut = useMutation({
    onMutate: () => rows.filter((row) => ids.includes(row.id)).map(backOf),
    mutationFn: () => call("POST /touches/hand-out", { body: way === "hand" ? { touch_ids: ids, staff_id: person } : { touch_ids: ids, unit_id: unit ?? me.unit_id, rule } }),
    onSuccess: ({ total, left }, _, back) => {
      // What was closed or changed meanwhile, or fits nobody, stays where it was.
      const said = outcomeSaid(words.handOut, total, left);
      if (total > 0) offerUndo(said, () => bringBack(back));
      else void message.warning(said, 8);
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
        <Select showSearch={BY_PERSON} style={{ width: "100%" }} aria-label={words.board.toPerson} placeholder={words.board.toPerson} value={person} onChange={setPerson} options={people.map(personOption)} />
      ) : (
        <Select style={{ width: "100%" }} aria-label={words.board.byRule} value={rule} onChange={setRule} options={RULES.map((one) => ({ value: one, label: wordFor(words.handOut.rules, one) }))} />
      )}
    </Modal>
  );
}
