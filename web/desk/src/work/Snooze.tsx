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
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { snoozeTo } from "./order";

const CHOICES = ["hour", "afternoon", "tomorrow", "week"] as const;

export function Snooze({ touch, onDone }: { touch: TouchRow; onDone: (row: TouchRow) => void }) {
  const words = useWords(workWords);
  const parts = useWords(partsWords);
  const { language } = usePreferences();
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [open, setOpen] = useState<"menu" | "own" | null>(null);
  const [own, setOwn] = useState<Dayjs>(() => dayjs(snoozeTo("tomorrow", new Date())));
  const stale = () => void client.invalidateQueries({ queryKey: ["work"] });
  const snooze = useMutation({
    mutationFn: (until: Date) => call("POST /touches/{id}/snooze", { path: { id: touch.id }, body: { until: until.toISOString() }, version: touch.version }),
    onSuccess: (_, until) => {
      void message.success(words.touch.snoozed(`${dayText(dayOf(until), language, until.getFullYear())} ${clock(until)}`));
      setOpen(null);
      onDone(touch);
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: stale,
  });
  useKeys([{ key: "S", does: words.keys.snooze, run: () => setOpen("menu") }]);
  const now = new Date();
  const choices = CHOICES.filter((choice) => snoozeTo(choice, now) > now);
  return (
    <>
      <Dropdown
        open={open === "menu"} onOpenChange={(next) => setOpen(next ? "menu" : null)} trigger={["click"]} placement="topRight" autoFocus
        menu={{
          items: [...choices.map((key) => ({ key: key as string, label: words.touch.snoozeChoices[key] })), { type: "divider" as const }, { key: "own", label: words.touch.snoozeOwn }],
          onClick: ({ key }) => (key === "own" ? setOpen("own") : snooze.mutate(snoozeTo(key as "hour", new Date()))),
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
