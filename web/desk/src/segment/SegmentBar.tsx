/** The segment bar: chips for simple conditions, one line for all of them, count and time while typing. */
import { CloseCircleOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { memo, useEffect, useState } from "react";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { asProblem } from "../frame/problem";
import { useWords } from "../frame/words";
import { countText } from "../parts/count";
import { NamedCustomers } from "../parts/NamedCustomers";
import { useProblemWords } from "../parts/problemWords";
import { useSettled } from "../parts/useSettled";
import { partsWords } from "../words/parts";
import { segmentWords } from "../words/segment";
import { type Condition, CONDITIONS, holds, toggled } from "./conditions";

const QUIET_MS = 350;

interface Props {
  readonly expression: string;
  readonly onApply: (expression: string) => void;
  readonly aside?: React.ReactNode;
}

/** Drawn anew for another expression only; `onApply` and `aside` are to be the same ones as long as they mean the same. */
export const SegmentBar = memo(function SegmentBar({ expression, onApply, aside }: Props) {
  const words = useWords(segmentWords);
  const [text, setText] = useState(expression);
  const settled = useSettled(text.trim(), QUIET_MS);
  useEffect(() => setText(expression), [expression]);
  const change = (condition: Condition) => {
    const next = toggled(text.trim(), condition);
    setText(next);
    onApply(next);
  };
  return (
    <div className="column">
      <div className="row wrap" style={{ gap: 6 }}>
        {(Object.keys(CONDITIONS) as Condition[]).map((condition) => (
          <Button key={condition} size="small" shape="round" type={holds(text, condition) ? "primary" : "default"} aria-pressed={holds(text, condition)} onClick={() => change(condition)}>
            {words.chips[condition]}
          </Button>
        ))}
        <span className="grow" />
        {aside}
      </div>
      <div className="segment-bar">
        <Input.TextArea
          className="expression mono grows" rows={1} spellCheck={false} value={text} placeholder={words.placeholder} aria-label={words.expression}
          onChange={(event) => setText(event.target.value)}
          onPressEnter={(event) => { if (!event.shiftKey) { event.preventDefault(); onApply(text.trim()); } }}
        />
        <Button disabled={text.trim() === expression} onClick={() => onApply(text.trim())}>{words.apply}</Button>
        {text && <Button type="text" icon={<CloseCircleOutlined />} aria-label={words.clear} onClick={() => { setText(""); onApply(""); }} />}
      </div>
      {settled && <LiveCount expression={settled} names={text.trim() === expression ? "links" : "plain"} />}
    </div>
  );
});

/** How many match and a few of them by name: links once the condition stands in the address, for leaving the page loses what is only typed. */
function LiveCount({ expression, names }: { expression: string; names: "links" | "plain" }) {
  const words = useWords(segmentWords);
  const { language } = usePreferences();
  const { and } = useWords(partsWords);
  const told = useProblemWords();
  const count = useQuery({
    queryKey: ["customer", "count", expression],
    queryFn: ({ signal }) => call("GET /customers/count", { query: { segment: expression }, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (count.error) {
    const problems = asProblem(count.error).shape.problems as readonly { line?: number; column?: number; message?: string; detail?: string; suggestion?: string | null }[] | undefined;
    return (
      <div role="status" className="risk small">
        {problems?.length
          ? problems.map((one, i) => <p key={i}>{one.line ? `${words.at(one.line, one.column ?? 1)}: ` : ""}{one.message ?? one.detail}{one.suggestion ? ` · ${words.didYouMean(one.suggestion)}` : ""}</p>)
          : <p>{told(count.error).title} {told(count.error).next}</p>}
      </div>
    );
  }
  if (!count.data) return <p className="quiet small" role="status">{words.counting}</p>;
  return (
    <p className="small" role="status" style={{ opacity: count.isPlaceholderData ? 0.5 : 1 }}>
      <strong>{words.count(countText(count.data.count, language), count.data.ms)}</strong>
      {count.data.sample.length > 0 && <span className="quiet"> · {words.sample} <NamedCustomers of={count.data.sample.slice(0, 5)} between={and} names={names} /></span>}
    </p>
  );
}
