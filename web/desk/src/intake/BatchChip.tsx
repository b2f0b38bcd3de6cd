/** That a list shows one batch only, and the way out of that. */
import { useQuery } from "@tanstack/react-query";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { intakeWords } from "../words/intake";
import { batchQuery } from "./queries";

export function BatchChip({ id, onClear }: { id: string; onClear: () => void }) {
  const words = useWords(intakeWords).batch;
  // Whoever may not see batches is still told that there is such a condition.
  const reads = useMe().permissions.includes("batches.read");
  const { data } = useQuery({ ...batchQuery(id), enabled: reads });
  return (
    <span className="label-chip">
      {words.only(data?.name ?? "")}
      <button type="button" aria-label={words.anyBatch} title={words.anyBatch} onClick={onClear}>×</button>
    </span>
  );
}
