/** The words for a touch: stages of the script, questions whose answers become facts, templates to copy. */
import { useRef, useState } from "react";
import { Button, Input } from "antd";
import { useQuery } from "@tanstack/react-query";
import type { TouchPage } from "../frame/shapes";
import { useKeys } from "../frame/keys";
import { useWords, wordFor } from "../frame/words";
import { FactInput } from "../customer/FactInput";
import { factsQuery } from "../customer/queries";
import { useCopy } from "../parts/copied";
import { Parts } from "../parts/Parts";
import { partsWords } from "../words/parts";
import { workWords } from "../words/work";
import { typesOf } from "./answers";
import type { useDraft } from "./draft";

export function Script({ page, draft: [draft, change] }: { page: TouchPage; draft: ReturnType<typeof useDraft> }) {
  const words = useWords(workWords);
  const parts = useWords(partsWords);
  const { script } = page;
  const [stage, setStage] = useState<string>();
  const templates = page.templates ?? [];
  const asked = script?.question_facts ?? [];
  const catalogue = useQuery({ ...factsQuery, enabled: asked.some(Boolean) });
  const types = typesOf(catalogue.data);
  if (!script && templates.length === 0) return <p className="quiet small">{words.touch.noScript}</p>;
  return (
    <section className="column">
      {script && <Parts small chosen={stage} onChoose={setStage} items={script.stages.map(({ title, text }) => ({ key: title, label: title, children: <p className="script-stage">{text}</p> }))} />}
      {script && script.questions.length > 0 && (
        <>
          <h3>{words.touch.questions}</h3>
          {catalogue.error && !catalogue.data && <Button size="small" onClick={() => void catalogue.refetch()}>{parts.retry}</Button>}
          <ul className="questions">
            {script.questions.map((question, i) => {
              const key = asked[i];
              // The answer becomes a fact: it is given in the field of that fact's type, or it would refuse the whole result.
              const type = key ? types?.get(key) : undefined;
              return (
                <li key={question}>
                  <span className="asked">{question}</span>
                  {/* The room is kept until the type is known: what stands below must not move away under a pointer. */}
                  {key && !types && <Input size="small" disabled aria-label={question} placeholder={words.touch.answer} />}
                  {key && type && <FactInput fact={{ key, type }} label={question} value={draft.answers[key]} placeholder={words.touch.answer} onChange={(value) => change({ answers: { ...draft.answers, [key]: value } })} />}
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

interface Filled {
  readonly key: string;
  readonly channel: string;
  readonly text: string;
  readonly missing?: readonly string[];
}

function Templates({ templates }: { templates: readonly Filled[] }) {
  return templates.map((template, i) => <Template key={template.key} of={template} place={i === 0 ? "first" : "later"} />);
}

/** A message ready to be copied; the first has a key. */
function Template({ of, place }: { of: Filled; place: "first" | "later" }) {
  const words = useWords(workWords);
  const parts = useWords(partsWords);
  const text = useRef<HTMLParagraphElement>(null);
  const copy = useCopy();
  const copyIt = () => copy(of.text, text.current);
  useKeys(place === "first" ? [{ key: "M", does: words.keys.message, run: copyIt }] : []);
  return (
    <details className="template">
      <summary>{words.touch.templates} · {wordFor(parts.channels, of.channel)} {place === "first" && <kbd>M</kbd>}</summary>
      <p ref={text}>{of.text}</p>
      {of.missing && of.missing.length > 0 && <p className="due small">{words.touch.templateMissing(of.missing.join(", "))}</p>}
      <Button size="small" onClick={copyIt}>{parts.copy}</Button>
    </details>
  );
}
