/** Gives a work order to another person, or back to the unit; ten seconds to take it back. */
import { App } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { TouchRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { useProblemWords } from "../parts/problemWords";
import { useUndo } from "../parts/UndoToast";
import { workWords } from "../words/work";

/** Where a work order may go: to a person's list, or to a unit, where it waits. */
export interface Goal {
  readonly name: string;
  readonly staff_id?: string;
  readonly unit_id?: string;
}

const send = (row: Pick<TouchRow, "id" | "version">, { staff_id, unit_id }: Goal) => call("POST /board/moves", { body: { moves: [{ touch_id: row.id, version: row.version, staff_id, unit_id }] } });

export function useMove(home: { id: string; name: string }) {
  const words = useWords(workWords).board;
  const told = useProblemWords();
  const offerUndo = useUndo();
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: ({ row, to }: { row: TouchRow; to: Goal }) => send(row, to),
    onSuccess: ({ moved, refused }, { row, to }) => {
      const now = moved[0];
      if (!now) return void message.error(refused[0]?.title ?? "");
      const back: Goal = row.owner ? { name: row.owner.name, staff_id: row.owner.id } : { name: home.name, unit_id: home.id };
      offerUndo(words.movedTo(row.customer.name, to.name), () => void send(now as unknown as TouchRow, back).then(() => client.invalidateQueries({ queryKey: ["work"] }), (thrown) => void message.error(told(thrown).title)));
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: () => void client.invalidateQueries({ queryKey: ["work"] }),
  });
}
