/** The words for a touch: stages of the script, questions whose answers become facts, templates to copy. */
import { useState } from "react";
import { App, Button, Input } from "antd";
import type { TouchPage } from "../frame/shapes";
import { useKeys } from "../frame/keys";
import { useWords, wordFor } from "../frame/words";
import { Parts } from "../parts/Parts";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import type { useDraft } from "./draft";

export function Script({ page, draft: [draft, change] }: { page: TouchPage; draft: ReturnType<typeof useDraft> }) {
  const words = useWords(workWords);
  const { script } = page;
  const [stage, setStage] = useState<string>();
  const templates = page.templates ?? [];
  const facts = (script as { question_facts?: (string | null)[] } | null | undefined)?.question_facts ?? [];
  if (!script && templates.length === 0) return <p className="quiet small">{words.touch.noScript}</p>;
  return (
    <section className="column">
      {script && <Parts small chosen={stage} onChoose={setStage} items={script.stages.map(({ title, text }) => ({ key: title, label: title, children: <p className="script-stage">{text}</p> }))} />}
      {script && script.questions.length > 0 && (
        <>
          <h3>{words.touch.questions}</h3>
          <ul className="questions">
            {script.questions.map((question, i) => {
              const fact = facts[i];
              return (
                <li key={question}>
                  <label>
                    <span>{question}</span>
                    {fact && <Input size="small" value={draft.answers[fact] ?? ""} maxLength={200} placeholder={words.touch.answer} onChange={(event) => change({ answers: { ...draft.answers, [fact]: event.target.value } })} />}
                  </label>
                </li>
              );
            })}
          </ul>
        </>
      )}
      <Templates templates={templates} />
    </section>
  );
}

function Templates({ templates }: { templates: readonly { key: string; channel: string; text: string; missing?: string[] }[] }) {
  const words = useWords(workWords);
  const parts = useWords(partsWords);
  const { message } = App.useApp();
  const copy = (text: string) => navigator.clipboard?.writeText(text).then(() => void message.success(words.touch.copied));
  const first = templates[0];
  useKeys(first ? [{ key: "M", does: words.keys.message, run: () => void copy(first.text) }] : []);
  return templates.map((template, i) => (
    <details key={template.key} className="template">
      <summary>{words.touch.templates} · {wordFor(parts.channels, template.channel)} {i === 0 && <kbd>M</kbd>}</summary>
      <p>{template.text}</p>
      {template.missing && template.missing.length > 0 && <p className="due small">{words.touch.templateMissing(template.missing.join(", "))}</p>}
      <Button size="small" onClick={() => void copy(template.text)}>{words.touch.copy}</Button>
    </details>
  ));
}
