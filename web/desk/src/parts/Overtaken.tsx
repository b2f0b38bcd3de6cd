/** Above the fields of a form: what somebody else changed while it was open. */
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";
import type { Said } from "./useSeen";

export function Overtaken({ by }: { by: Said | null }) {
  const { overtaken, dash } = useWords(partsWords);
  if (!by) return null;
  return (
    <div className="due small" role="alert" style={{ marginBottom: 12 }}>
      <p>{overtaken.title} {overtaken.next}</p>
      <ul>{Object.entries(by).map(([field, text]) => <li key={field}>{overtaken.now(field, text || dash)}</li>)}</ul>
    </div>
  );
}
