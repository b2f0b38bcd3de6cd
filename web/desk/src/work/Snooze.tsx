/** Later: in an hour, this afternoon, tomorrow, next week, or at a time of one's own. */
import { App, Button, DatePicker, Dropdown, Modal } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import type { TouchRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useKeys } from "../frame/keys";
import { usePreferences } from "../frame/preferences";
import { useWords } from "../frame/words";
import { clock, dayOf, dayText } from "../parts/Day";
import { useProblemWords } from "../parts/problemWords";
import { useUndo } from "../parts/UndoToast";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { type SnoozeChoice, snoozesUntil, snoozeTo } from "./order";

interface Props {
  readonly touch: TouchRow;
  readonly onDone: (row: TouchRow) => void;
  readonly onUndone: (row: TouchRow) => void;
}

export function Snooze({ touch, onDone, onUndone }: Props) {
  const words = useWords(workWords);
  const parts = useWords(partsWords);
  const { language } = usePreferences();
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const offerUndo = useUndo();
  const [open, setOpen] = useState<"menu" | "own" | null>(null);
  const [own, setOwn] = useState<Dayjs>(() => {
    const [tomorrow, last] = [dayjs(snoozeTo("tomorrow", new Date())), dayjs(touch.not_after).endOf("day")];
    return tomorrow.isAfter(last) ? last : tomorrow;
  });
  const stale = () => void client.invalidateQueries({ queryKey: ["work"] });
  const takeUp = useMutation({
    mutationFn: () => call("DELETE /touches/{id}/snooze", { path: { id: touch.id } }),
    onSuccess: () => {
      void message.info(words.touch.undone);
      onUndone(touch);
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: stale,
  });
  const snooze = useMutation({
    mutationFn: (until: Date) => call("POST /touches/{id}/snooze", { path: { id: touch.id }, body: { until: until.toISOString() }, version: touch.version }),
    onSuccess: (_, until) => {
      offerUndo(words.touch.snoozed(`${dayText(dayOf(until), language, until.getFullYear())} ${clock(until)}`), () => takeUp.mutate());
      setOpen(null);
      onDone(touch);
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: stale,
  });
  useKeys([{ key: "S", does: words.keys.snooze, run: () => setOpen("menu") }]);
  const now = new Date();
  // Later than its last day a work order waits for nobody: what would be refused is not offered.
  const choices = snoozesUntil(touch.not_after, now);
  return (
    <>
      <Dropdown
        open={open === "menu"} onOpenChange={(next) => setOpen(next ? "menu" : null)} trigger={["click"]} placement="topRight" autoFocus
        menu={{
          items: [...choices.map((key) => ({ key: key as string, label: words.touch.snoozeChoices[key] })), { type: "divider" as const }, { key: "own", label: words.touch.snoozeOwn }],
          onClick: ({ key }) => (key === "own" ? setOpen("own") : snooze.mutate(snoozeTo(key as SnoozeChoice, new Date()))),
        }}
      >
        <Button loading={snooze.isPending}>{words.touch.snooze} <kbd>S</kbd></Button>
      </Dropdown>
      <Modal open={open === "own"} width={360} title={words.touch.snoozeOwn} okText={words.touch.snooze} cancelText={parts.cancel} okButtonProps={{ loading: snooze.isPending, disabled: !own.isAfter(dayjs()) }} onOk={() => snooze.mutate(own.toDate())} onCancel={() => setOpen(null)}>
        <DatePicker style={{ width: "100%" }} showTime={{ format: "HH:mm", minuteStep: 5 }} format="YYYY-MM-DD HH:mm" allowClear={false} minDate={dayjs()} maxDate={dayjs(touch.not_after).endOf("day")} value={own} onChange={(next) => next && setOwn(next)} />
        <p className="quiet small" style={{ marginTop: 8 }}>{words.touch.snoozeLast(dayText(touch.not_after, language, now.getFullYear()))}</p>
      </Modal>
    </>
  );
}
