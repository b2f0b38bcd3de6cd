/** Balance: shows first what would move from whom to whom, moves it only when asked. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Modal } from "antd";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { useStaff } from "../org/useOrg";
import { useProblemWords } from "../parts/problemWords";
import { Shown } from "../parts/states";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";

export function BalanceForm({ unit, day, onClose }: { unit: string; day: string; onClose: () => void }) {
  const words = useWords(workWords).board;
  const parts = useWords(partsWords);
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const proposal = useQuery({ queryKey: ["work", "balance", unit, day], queryFn: () => call("POST /board/balance", { body: { unit_id: unit, day, dry_run: true } }), gcTime: 0 });
  const moves = proposal.data ?? [];
  const balance = useMutation({
    mutationFn: () => call("POST /board/balance", { body: { unit_id: unit, day, dry_run: false } }),
    onSuccess: (moved) => {
      void message.success(words.balanced(moved.length));
      void client.invalidateQueries({ queryKey: ["work"] });
      onClose();
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
  });
  const staff = useStaff({});
  const name = (id: string) => staff.data?.items.find((one) => one.id === id)?.name ?? "…";
  // By who gives: a lead asks whose day gets lighter, and then who takes it.
  const givers = new Map<string, Map<string, number>>();
  for (const { from, to } of moves) {
    const takers = givers.get(from) ?? new Map<string, number>();
    givers.set(from, takers.set(to, (takers.get(to) ?? 0) + 1));
  }
  const rows = [...givers].map(([from, takers]) => ({ from, sum: [...takers.values()].reduce((all, n) => all + n, 0), takers: [...takers] })).sort((a, b) => b.sum - a.sum);
  return (
    <Modal open title={words.balanceTitle} okText={words.balanceDo(moves.length)} okButtonProps={{ disabled: moves.length === 0 }} cancelText={parts.cancel} confirmLoading={balance.isPending} onCancel={onClose} onOk={() => balance.mutate()}>
      <Shown of={proposal} lines={4}>
        {() => (moves.length === 0 ? <p>{words.balanceNone}</p> : <Moves rows={rows} name={name} />)}
      </Shown>
    </Modal>
  );
}

interface MovesProps {
  readonly rows: readonly { from: string; sum: number; takers: readonly (readonly [string, number])[] }[];
  readonly name: (id: string) => string;
}

function Moves({ rows, name }: MovesProps) {
  const words = useWords(workWords).board;
  return (
    <ul className="moves" tabIndex={0} aria-label={words.balanceTitle}>
      {rows.map(({ from, sum, takers }) => (
        <li key={from}>
          <strong>{name(from)}</strong>
          <span className="figure">−{sum}</span>
          <span className="quiet" aria-hidden>→</span>
          <span>{takers.map(([to, n]) => (n > 1 ? words.takes(name(to), n) : name(to))).join(words.and)}</span>
        </li>
      ))}
    </ul>
  );
}
