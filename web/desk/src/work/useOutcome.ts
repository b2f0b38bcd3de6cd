/** Recording a result: two clicks, ten seconds to take it back; without a line it waits here and is sent later. */
import { App } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { OutcomeCode, TouchRow } from "../frame/shapes";
import { call, freshKey } from "../frame/api";
import { keepLate, takeBackLate } from "../frame/late";
import { line } from "../frame/live";
import { asProblem } from "../frame/problem";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { useProblemWords } from "../parts/problemWords";
import { useUndo } from "../parts/UndoToast";
import { workWords } from "../words/work";

export interface Result {
  readonly code: OutcomeCode;
  readonly note: string;
  readonly nextDay: string | null;
  readonly facts?: Record<string, unknown>;
}

export function useOutcome(onRecorded: (touch: TouchRow) => void, onUndone: (touch: TouchRow) => void) {
  const words = useWords(workWords).touch;
  const me = useMe();
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
    // A broken line must not pause the act: it is kept instead.
    networkMode: "always",
    mutationFn: async ({ touch, result }: { touch: TouchRow; result: Result }): Promise<"sent" | { kept: string }> => {
      const key = freshKey();
      const body = { code: result.code.code, note: result.note.trim() || undefined, next_day: result.nextDay ?? undefined, facts: result.facts };
      const keepIt = () => {
        keepLate({ ...body, staff: me.id, touch: touch.id, customer: { id: touch.customer.id, name: touch.customer.name }, title: result.code.title }, key);
        return { kept: key };
      };
      if (line.now().state === "lost") return keepIt();
      try {
        await call("POST /touches/{id}/outcome", { path: { id: touch.id }, body, version: touch.version, key });
        return "sent";
      } catch (thrown) {
        if (asProblem(thrown).code === "connection_lost") return keepIt();
        throw thrown;
      }
    },
    onSuccess: (sent, { touch, result }) => {
      const what = words.recorded(touch.customer.name, result.code.title);
      if (sent === "sent") offerUndo(what, () => undo.mutate(touch));
      // The line may have come back meanwhile: what went out is taken back at the server.
      else offerUndo(words.keptLate(what), () => void takeBackLate(sent.kept).then((where) => (where === "here" ? onUndone(touch) : undo.mutate(touch))));
      onRecorded(touch);
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: stale,
  });
}
