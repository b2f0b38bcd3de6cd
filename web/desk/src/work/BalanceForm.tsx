/** Balance: shows first what would move from whom to whom, moves it only when asked. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Modal } from "antd";
import { type Answer, call } from "../frame/api";
import { useWords } from "../frame/words";
import { useProblemWords } from "../parts/problemWords";
import { Shown } from "../parts/states";
import { useUndo } from "../parts/UndoToast";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { makeMoves, reasonsOf, useMovesBack } from "./moves";

type Proposal = Answer<"POST /board/balance">;

/** Makes the moves that were shown and no others; those whose work order changed meanwhile are told. */
function useAgreed(onClose: () => void) {
  const words = useWords(workWords).board;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const offerUndo = useUndo();
  const bringBack = useMovesBack();
  return useMutation({
    mutationFn: (agreed: Proposal) => makeMoves(agreed.map(({ touch_id, version, to }) => ({ touch_id, version, staff_id: to })), (thrown) => told(thrown).title),
    onSuccess: ({ moved, refused }, agreed) => {
      const from = new Map(agreed.map((one) => [one.touch_id, one.from]));
      const back = moved.map((row) => ({ touch_id: row.id, version: row.version, staff_id: from.get(row.id) }));
      if (moved.length > 0) offerUndo(words.balanced(moved.length), () => bringBack(back));
      if (refused.length > 0) void message.warning(words.notMoved(refused.length, reasonsOf(refused)), 8);
      onClose();
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: () => void client.invalidateQueries({ queryKey: ["work"] }),
  });
}

export function BalanceForm({ unit, day, onClose }: { unit: string; day: string; onClose: () => void }) {
  const words = useWords(workWords).board;
  const parts = useWords(partsWords);
  // Stands still while it is read: not under "work", whose answers every piece of news fetches anew.
  const proposal = useQuery({ queryKey: ["balance", unit, day], queryFn: () => call("POST /board/balance", { body: { unit_id: unit, day, dry_run: true } }), gcTime: 0, staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false });
  const moves = proposal.data ?? [];
  const balance = useAgreed(onClose);
  const names = new Map(moves.flatMap((one) => [[one.from, one.from_name], [one.to, one.to_name]] as const));
  const name = (id: string) => names.get(id) ?? "…";
  // By who gives: a lead asks whose day gets lighter, and then who takes it.
  const givers = new Map<string, Map<string, number>>();
  for (const { from, to } of moves) {
    const takers = givers.get(from) ?? new Map<string, number>();
    givers.set(from, takers.set(to, (takers.get(to) ?? 0) + 1));
  }
  const rows = [...givers].map(([from, takers]) => ({ from, sum: [...takers.values()].reduce((all, n) => all + n, 0), takers: [...takers] })).sort((a, b) => b.sum - a.sum);
  return (
    <Modal open title={words.balanceTitle} okText={words.balanceDo(moves.length)} okButtonProps={{ disabled: moves.length === 0 }} cancelText={parts.cancel} confirmLoading={balance.isPending} onCancel={onClose} onOk={() => balance.mutate(moves)}>
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
