/** Words in both languages with what is wrong with their placeholders, shared by the forms of scripts and templates. */
import { DeleteOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { useAct } from "../org/useOrg";
import { useSettled } from "../parts/useSettled";
import { textWords } from "../words/text";

export type Both = components["schemas"]["BothWords"];
export type WordingProblem = components["schemas"]["WordingProblem"];

export const blank = (): Both => ({ zh: "", en: "" });
/** Both words on one line, to tell what they are now. */
export const bothSaid = ({ zh, en }: Both): string => [zh, en].filter(Boolean).join(" / ");

/** What the server says of a text while it is being written; nothing while it has no key yet. */
export function useProblems<T extends { key: string }>(body: T, ask: (body: T, signal: AbortSignal) => Promise<readonly WordingProblem[]>): readonly WordingProblem[] {
  const settled = useSettled(JSON.stringify(body), 400);
  const answer = useQuery({ queryKey: ["plan", "text-check", settled], queryFn: ({ signal }) => ask(JSON.parse(settled) as T, signal), placeholderData: (before) => before });
  // Words that nobody has written yet are no fault to be told of.
  return (answer.data ?? []).filter((problem) => problem.code !== "empty_text");
}

/** An act on a text: the lists of texts and plans are asked anew after it. */
export function useTextAct<T = undefined>(act: (input: T) => Promise<unknown>, done: string | undefined, after?: () => void) {
  const client = useQueryClient();
  return useAct<T>(act, done, () => {
    void client.invalidateQueries({ queryKey: ["plan"] });
    after?.();
  });
}

interface FieldProps {
  readonly label: string;
  readonly place: string;
  readonly value: Both;
  readonly problems: readonly WordingProblem[];
  readonly onChange: (value: Both) => void;
  readonly long?: boolean;
}

export function BothWordsField({ label, place, value, problems, onChange, long = true }: FieldProps) {
  const words = useWords(textWords);
  return (
    <div className="both-words">
      {(["zh", "en"] as const).map((language) => {
        const id = `${place}.${language}`;
        const wrong = problems.filter((problem) => problem.place === id);
        const name = `${label} · ${language === "zh" ? words.chinese : words.english}`;
        const shared = { id, value: value[language], status: wrong.length > 0 ? ("error" as const) : undefined, "aria-describedby": wrong.length > 0 ? `${id}-wrong` : undefined };
        return (
          <div key={language}>
            <label htmlFor={id} className="quiet small">{name}</label>
            {long ? <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={4000} {...shared} onChange={(event) => onChange({ ...value, [language]: event.target.value })} /> : <Input maxLength={200} {...shared} onChange={(event) => onChange({ ...value, [language]: event.target.value })} />}
            {wrong.length > 0 && (
              <ul id={`${id}-wrong`} className="risk small text-wrong" aria-live="polite">
                {wrong.map((problem) => <li key={`${problem.line}.${problem.column}`}>{words.problem(problem.line, problem.column, problem.message)}{problem.suggestion && ` ${words.meant(problem.suggestion)}`}</li>)}
              </ul>
            )}
          </div>
        );
      })}
    </div>
  );
}

export function RemoveButton({ label, onClick }: { label: string; onClick: () => void }) {
  return <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={label} onClick={onClick} />;
}

/** The list with another value in one place. */
export const replaced = <T,>(list: readonly T[], at: number, value: T): T[] => list.map((one, place) => (place === at ? value : one));
export const without = <T,>(list: readonly T[], at: number): T[] => list.filter((_, place) => place !== at);
