/** What a refusal says to the reader: the server's words where it has them, ours where it was not reached. */
import { asProblem } from "../frame/problem";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";

export interface Told {
  readonly title: string;
  readonly next: string;
  readonly code: string;
}

export function useProblemWords(): (thrown: unknown) => Told {
  const words = useWords(partsWords);
  return (thrown) => {
    const problem = asProblem(thrown);
    const ours =
      problem.status === 0
        ? (words.problems[problem.code as "connection_lost"] ?? words.problems.desk_fault)
        : problem.status === 403
          ? words.problems.forbidden
          : problem.status === 404
            ? words.problems.not_found
            : words.problems.other;
    return { title: problem.shape.detail || problem.shape.title || ours.title, next: problem.shape.next || ours.next, code: problem.code };
  };
}
