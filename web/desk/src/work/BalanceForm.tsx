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
  const between = new Map<string, { from: string; to: string; n: number }>();
  const staff = useStaff({});
  const name = (id: string) => staff.data?.items.find((one) => one.id === id)?.name ?? "…";
  for (const { from, to } of moves) {
    const key = `${from} ${to}`;
    between.set(key, { from: name(from), to: name(to), n: (between.get(key)?.n ?? 0) + 1 });
  }
  return (
    <Modal open title={words.balanceTitle} okText={words.balanceDo(moves.length)} okButtonProps={{ disabled: moves.length === 0 }} cancelText={parts.cancel} confirmLoading={balance.isPending} onCancel={onClose} onOk={() => balance.mutate()}>
      <Shown of={proposal} lines={4}>
        {() => (moves.length === 0 ? <p>{words.balanceNone}</p> : <ul>{[...between.entries()].map(([key, one]) => <li key={key}>{words.moves(one.from, one.to, one.n)}</li>)}</ul>)}
      </Shown>
    </Modal>
  );
}
