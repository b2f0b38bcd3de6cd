/** The result codes under the number keys; the code that needs a note asks for it, the next day is proposed. */
import type { OutcomeCode } from "../frame/shapes";
import "./parts.css";

interface Props {
  readonly codes: readonly OutcomeCode[];
  readonly chosen: string | null;
  readonly busy: "busy" | "idle";
  readonly label: string;
  readonly onChoose: (code: OutcomeCode) => void;
}

export function OutcomePad({ codes, chosen, busy, label, onChoose }: Props) {
  return (
    <div className="pad" role="group" aria-label={label}>
      {codes.map((code) => (
        <button
          key={code.code}
          type="button"
          className={code.reached === "yes" ? "reached" : ""}
          aria-pressed={chosen === code.code}
          disabled={busy === "busy"}
          onClick={() => onChoose(code)}
        >
          <kbd>{code.key}</kbd>
          <span>{code.title}</span>
        </button>
      ))}
    </div>
  );
}
