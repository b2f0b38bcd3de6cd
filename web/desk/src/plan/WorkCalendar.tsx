/** Settings: the working calendar, with the holidays and make-up days of the state and those of the firm. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Select, Table } from "antd";
import { useState } from "react";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { useAct } from "../org/useOrg";
import { Ask } from "../parts/Ask";
import { Day, dayOf } from "../parts/Day";
import { DayField } from "../parts/DayField";
import { HeadOfficeOnly, useInHeadOffice } from "../parts/HeadOffice";
import { EmptyState, Shown } from "../parts/states";
import { useUndo } from "../parts/UndoToast";
import { calendarWords } from "../words/calendar";

type WorkingDay = components["schemas"]["WorkingDay"];

export function WorkCalendar() {
  const words = useWords(calendarWords);
  const now = Number(dayOf(new Date()).slice(0, 4));
  const [year, choose] = useState(now);
  const [adding, add] = useState(false);
  const may = useInHeadOffice();
  const days = useQuery({ queryKey: ["org", "working-days", year], queryFn: () => call("GET /working-days", { query: { year } }) });
  return (
    <>
      <HeadOfficeOnly right="catalogue.manage" />
      <p className="quiet" style={{ marginBottom: 12, maxWidth: 720 }}>{words.why}</p>
      <div className="page-acts">
        <Select aria-label={words.year} value={year} style={{ width: 110 }} options={[now - 1, now, now + 1, now + 2].map((value) => ({ value, label: String(value) }))} onChange={choose} />
        {may && <Button type="primary" icon={<PlusOutlined />} onClick={() => add(true)}>{words.add}</Button>}
      </div>
      <Shown of={days}>{(all) => (all.length === 0 ? <EmptyState title={words.none} next={words.noneNext} /> : <Days all={all} />)}</Shown>
      {adding && <DayForm year={year} onClose={() => add(false)} />}
    </>
  );
}

function Days({ all }: { all: readonly WorkingDay[] }) {
  const words = useWords(calendarWords);
  const may = useInHeadOffice();
  const offerUndo = useUndo();
  const again = useAct(({ day, worked, title }: WorkingDay) => call("PUT /working-days/{day}", { path: { day }, body: { worked, title } }), words.saved);
  const remove = useAct(async (one: WorkingDay) => {
    await call("DELETE /working-days/{day}", { path: { day: one.day } });
    offerUndo(words.removed, () => again.mutate(one));
  });
  return (
    <Table<WorkingDay>
      rowKey="day"
      size="small"
      dataSource={[...all]}
      pagination={false}
      style={{ maxWidth: 920 }}
      columns={[
        { title: words.day, dataIndex: "day", width: 200, render: (day: string) => <Day day={day} /> },
        { title: words.worked, dataIndex: "worked", width: 140, render: (worked: "off" | "work") => <span className={worked === "off" ? "badge due" : "badge info"}>{words.kinds[worked]}</span> },
        { title: words.title, dataIndex: "title" },
        { title: words.origin, dataIndex: "origin", width: 180, render: (origin: "state" | "firm") => words.origins[origin] },
        { key: "act", width: 60, render: (_, one) => may && one.origin === "firm" && <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={words.remove(one.day)} onClick={() => remove.mutate(one)} /> },
      ]}
    />
  );
}

interface Filled {
  day: string;
  worked: "off" | "work";
  title?: string;
}

function DayForm({ year, onClose }: { year: number; onClose: () => void }) {
  const words = useWords(calendarWords);
  const save = useAct(({ day, worked, title = "" }: Filled) => call("PUT /working-days/{day}", { path: { day }, body: { worked, title } }), words.saved, onClose);
  return (
    <Ask<Filled> title={words.add} first={{ worked: "off" }} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Form.Item name="day" label={words.day} rules={[{ required: true, message: words.dayMissing }]}><DayField autoFocus width="100%" min={`${year - 1}-01-01`} max="2100-12-31" /></Form.Item>
      <Form.Item name="worked" label={words.worked}><Select options={(["off", "work"] as const).map((value) => ({ value, label: words.kinds[value] }))} /></Form.Item>
      <Form.Item name="title" label={words.title} rules={[{ max: 60 }]}><Input autoComplete="off" placeholder={words.titleHint} /></Form.Item>
    </Ask>
  );
}
