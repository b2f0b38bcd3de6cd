/** "Why?" for one customer on any day. */
import { DatePicker, Drawer } from "antd";
import { useQuery } from "@tanstack/react-query";
import dayjs from "dayjs";
import { useState } from "react";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { Shown } from "../parts/states";
import { WhyPanel } from "../parts/WhyPanel";
import { partsWords } from "../words/parts";
import { whyQuery } from "./queries";

export function WhyDrawer({ customer, name, onClose }: { customer: string; name: string; onClose: () => void }) {
  const words = useWords(partsWords).why;
  const { today } = useMe();
  const [day, setDay] = useState(today);
  const answer = useQuery(whyQuery(customer, day));
  return (
    <Drawer
      open size={520} onClose={onClose} title={`${words.title} · ${name}`}
      extra={<DatePicker aria-label={words.on} allowClear={false} value={dayjs(day)} onChange={(chosen) => chosen && setDay(chosen.format("YYYY-MM-DD"))} />}
    >
      {day < today && <p className="info small" style={{ marginBottom: 8 }}>{words.past}</p>}
      <Shown of={answer}>{(page) => <WhyPanel page={page} />}</Shown>
    </Drawer>
  );
}
