/** "Why?" for one customer on any day. */
import { Drawer } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { DayField } from "../parts/DayField";
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
      extra={<DayField label={words.on} value={day} onChange={setDay} />}
    >
      {day < today && <p className="info small" style={{ marginBottom: 8 }}>{words.past}</p>}
      <Shown of={answer}>{(page) => <WhyPanel page={page} />}</Shown>
    </Drawer>
  );
}
