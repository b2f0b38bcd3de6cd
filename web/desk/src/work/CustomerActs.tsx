/** What is done from the customer's page: call by hand, ask for a work order. */
import { PhoneOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useKeys } from "../frame/keys";
import { useMe } from "../frame/session";
import type { CustomerPage } from "../frame/shapes";
import { useWords } from "../frame/words";
import { later } from "../parts/later";
import { workWords } from "../words/work";

const CallSheet = later(() => import("./CallSheet").then((all) => all.CallSheet));
const AskWork = later(() => import("./AskWork").then((all) => all.AskWork));

/** `onNote` leads to where what was said is written down. */
export function CustomerActs({ customer, onNote }: { customer: CustomerPage; onNote: () => void }) {
  const words = useWords(workWords);
  const me = useMe();
  const works = me.permissions.includes("work.do");
  const calls = works && customer.contact_points.some((point) => point.kind === "phone" || point.kind === "mobile");
  const [open, show] = useState<"call" | "ask" | null>(null);
  const close = () => show(null);
  useKeys([
    ...(calls ? [{ key: "C", does: words.keys.call, run: () => show("call") }] : []),
    ...(works ? [{ key: "T", does: words.ask.do, run: () => show("ask") }] : []),
  ]);
  return (
    <>
      {calls && <Button icon={<PhoneOutlined />} onClick={() => show("call")}>{words.touch.call} <kbd>C</kbd></Button>}
      {works && <Button icon={<PlusOutlined />} onClick={() => show("ask")}>{words.ask.short} <kbd>T</kbd></Button>}
      {open === "call" && <CallSheet customer={customer} reason={words.ask.callReason} done={words.ask.callDone} onClose={close} onDone={() => { close(); onNote(); }} />}
      {open === "ask" && <AskWork customer={customer} onClose={close} />}
    </>
  );
}
