/** Recording a result: two clicks, ten seconds to take it back. */
import { App } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { OutcomeCode, TouchRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { useProblemWords } from "../parts/problemWords";
import { useUndo } from "../parts/UndoToast";
import { workWords } from "../words/work";

export interface Result {
  readonly code: OutcomeCode;
  readonly note: string;
  readonly nextDay: string | null;
}

export function useOutcome(onRecorded: (touch: TouchRow) => void, onUndone: (touch: TouchRow) => void) {
  const words = useWords(workWords).touch;
  const told = useProblemWords();
  const offerUndo = useUndo();
  const client = useQueryClient();
  const { message } = App.useApp();
  const stale = () => {
    void client.invalidateQueries({ queryKey: ["work"] });
    void client.invalidateQueries({ queryKey: ["customer"] });
  };
  const undo = useMutation({
    mutationFn: (touch: TouchRow) => call("DELETE /touches/{id}/outcome", { path: { id: touch.id } }),
    onSuccess: (_, touch) => {
      void message.info(words.undone);
      onUndone(touch);
    },
    onError: (thrown) => void message.error(told(thrown).title),
    onSettled: stale,
  });
  return useMutation({
    mutationFn: ({ touch, result }: { touch: TouchRow; result: Result }) =>
      call("POST /touches/{id}/outcome", {
        path: { id: touch.id },
        body: { code: result.code.code, note: result.note.trim() || undefined, next_day: result.nextDay ?? undefined },
        version: touch.version,
      }),
    onSuccess: (_, { touch, result }) => {
      offerUndo(words.recorded(touch.customer.name, result.code.title), () => undo.mutate(touch));
      onRecorded(touch);
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: stale,
  });
}
