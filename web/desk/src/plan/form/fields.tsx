/** The fields of a plan's form. What is typed is taken when the field is left or Enter is pressed, not key by key. */
import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { createContext, type ReactNode, useContext, useEffect, useId, useState } from "react";
import { useWords, wordFor } from "../../frame/words";
import { partsWords } from "../../words/parts";
import { planFormWords } from "../../words/planForm";
import { listRebased, shifted } from "./rebased";
import { heard, left, untyped } from "./typed";

interface Choice {
  readonly value: string;
  readonly label: string;
}

export function Field({ title, children }: { title: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return <div className="plan-field"><label htmlFor={id}>{title}</label>{children(id)}</div>;
}

interface TypedProps {
  readonly value: string;
  readonly label?: string;
  readonly id?: string;
  readonly width?: number;
  readonly usual?: string;
  readonly type?: "time" | "date";
  /** Whether the text may be taken; what may not is shown as wrong and left out. */
  readonly allows?: (text: string) => boolean;
  readonly wrong?: string;
  readonly onTake: (text: string) => void;
}

/** Whether what the form shows is the text as it stands, and no change is on its way into it. */
export const Rests = createContext(true);

const ANYTHING = () => true;

export function Typed({ value, label, id, width, usual, type, allows = ANYTHING, wrong, onTake }: TypedProps) {
  const [typing, show] = useState(() => untyped(value));
  const rests = useContext(Rests);
  useEffect(() => show((now) => heard(now, value, rests)), [value, rests, typing.taken]);
  const bad = typing.text.trim() !== "" && !allows(typing.text.trim());
  const take = () => {
    const { now, write } = left(typing, allows);
    show(now);
    if (write !== undefined) onTake(write);
  };
  return (
    <Input
      size="small" id={id} aria-label={label} style={{ width }} type={type} value={typing.text} placeholder={usual} status={bad ? "error" : undefined} title={bad ? wrong : undefined} aria-invalid={bad || undefined}
      onChange={(event) => show({ ...typing, text: event.target.value })} onBlur={take} onPressEnter={take}
    />
  );
}

export function Whole({ low, high, ...typed }: Omit<TypedProps, "allows" | "wrong" | "type"> & { low: number; high: number }) {
  const words = useWords(planFormWords);
  const allows = (text: string) => /^-?\d{1,9}$/.test(text) && Number(text) >= low && Number(text) <= high;
  return <Typed {...typed} allows={allows} wrong={words.range(low, high)} />;
}

/** One of several; what the text says besides them stays to be seen. */
export function OneOf({ value, choices, label, id, width, clear, onTake }: { value: string; choices: readonly Choice[]; label?: string; id?: string; width?: number | string; clear?: "clear"; onTake: (value: string) => void }) {
  const options = value === "" || choices.some((one) => one.value === value) ? [...choices] : [{ value, label: value }, ...choices];
  return (
    <Select
      size="small" id={id} aria-label={label} style={{ width }} popupMatchSelectWidth={false} value={value || undefined} options={options} allowClear={clear !== undefined}
      showSearch={{ optionFilterProp: "label" }} onChange={(next?: string) => onTake(next ?? "")}
    />
  );
}

/** A change of a list by what it says when the change is made: the one before it may not be in sight yet. */
type TakeList = (change: (now: readonly string[]) => string[]) => void;

export function SomeOf({ values, choices, label, id, free, onTake }: { values: readonly string[]; choices: readonly Choice[]; label?: string; id?: string; free?: "free"; onTake: TakeList }) {
  const { none } = useWords(partsWords);
  return <Select size="small" mode={free ? "tags" : "multiple"} id={id} aria-label={label} style={{ width: "100%" }} popupMatchSelectWidth={false} placeholder={none} value={[...values]} options={[...choices]} showSearch={{ optionFilterProp: "label" }} onChange={(next: string[]) => onTake((now) => listRebased(values, next, now))} />;
}

/** The channels in the order in which they are tried. */
export function Channels({ values, all, onTake }: { values: readonly string[]; all: readonly string[]; onTake: TakeList }) {
  const words = useWords(planFormWords);
  const names = useWords(partsWords).channels;
  const others = all.filter((one) => !values.includes(one));
  return (
    <>
      <ol className="plan-channels">
        {values.map((channel, at) => {
          const name = wordFor(names, channel);
          return (
            <li key={channel}>
              <span className="grow">{at + 1} {name}</span>
              <Button size="small" type="text" icon={<ArrowUpOutlined />} aria-label={words.channelUp(name)} disabled={at === 0} onClick={() => onTake((now) => shifted(now, channel, -1))} />
              <Button size="small" type="text" icon={<ArrowDownOutlined />} aria-label={words.channelDown(name)} disabled={at === values.length - 1} onClick={() => onTake((now) => shifted(now, channel, 1))} />
              <Button size="small" type="text" icon={<CloseOutlined />} aria-label={words.channelRemove(name)} disabled={values.length === 1} onClick={() => onTake((now) => (now.length > 1 ? now.filter((one) => one !== channel) : [...now]))} />
            </li>
          );
        })}
      </ol>
      {others.length > 0 && <Select<string | null> size="small" style={{ width: 160 }} aria-label={words.addChannel} placeholder={words.addChannel} value={null} options={others.map((value) => ({ value, label: wordFor(names, value) }))} onChange={(value) => value && onTake((now) => [...now.filter((one) => one !== value), value])} />}
    </>
  );
}
