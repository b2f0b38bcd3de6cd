/** What the server says of a plan's text while it is being written: problems, tests, who matches now. */
import { CheckCircleOutlined, CloseCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { call } from "../frame/api";
import { usePreferences } from "../frame/preferences";
import { halfOf, useWords } from "../frame/words";
import { NamedCustomers } from "../parts/NamedCustomers";
import { Bones, ErrorState } from "../parts/states";
import { planWords } from "../words/plan";

export function PlanCheck({ text, onPlace }: { text: string; onPlace: (line: number, column: number) => void }) {
  const words = useWords(planWords);
  const { language } = usePreferences();
  const check = useQuery({ queryKey: ["plan", "check", text], queryFn: () => call("POST /plans/check", { body: { text } }), placeholderData: (before) => before });
  const sound = check.data !== undefined && check.data.problems.length === 0;
  const count = useQuery({ queryKey: ["plan", "count", text], queryFn: () => call("POST /plans/count", { body: { text } }), enabled: sound, placeholderData: (before) => before });
  if (check.error) return <ErrorState thrown={check.error} onRetry={() => void check.refetch()} />;
  return (
    <>
      <section aria-live="polite">
        <h2>{words.problems}</h2>
        {sound && <p className="done-text"><CheckCircleOutlined /> {words.noProblems}</p>}
        {check.data?.problems.map((problem) => (
          <button type="button" className="plan-problem" key={`${problem.line} ${problem.column} ${problem.code}`} onClick={() => onPlace(problem.line, problem.column)}>
            <b>{words.lineColumn(problem.line, problem.column)}</b> {problem.message}
            {problem.suggestion && !problem.message.includes(problem.suggestion) && <em> {words.suggestion(problem.suggestion)}</em>}
          </button>
        ))}
      </section>
      {sound && (
        <section aria-live="polite">
          <h2>{words.live}</h2>
          {!count.data && !count.error && <Bones lines={1} />}
          {count.error && <ErrorState thrown={count.error} onRetry={() => void count.refetch()} />}
          {count.data && <p><b className="figure">{words.liveCount(count.data.count.toLocaleString("en-US"), count.data.ms)}</b></p>}
          {count.data && count.data.sample.length > 0 && <p className="quiet">{words.sample} <NamedCustomers of={count.data.sample.slice(0, 5)} between=" · " /></p>}
        </section>
      )}
      {(sound || (check.data && check.data.tests.length > 0)) && <section>
        <h2>{words.tests}</h2>
        {sound && check.data.tests.length === 0 && <p className="quiet">{words.noTests}</p>}
        {check.data?.tests.map((test) => (
          <p key={test.name} className={test.passed ? "plan-test" : "plan-test risk"}>
            {test.passed ? <CheckCircleOutlined className="done-text" aria-label={words.passed} /> : <CloseCircleOutlined aria-label={words.failed} />} {halfOf(language, test.name)}
            {!test.passed && <span className="quiet"> {test.detail}</span>}
          </p>
        ))}
      </section>}
    </>
  );
}
