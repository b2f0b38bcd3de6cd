/** Work orders go to other lists, each as it was seen, and come back the same way. What changed since stays where it is. */
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { type Answer, call } from "../frame/api";
import { asProblem } from "../frame/problem";
import { useWords } from "../frame/words";
import { useProblemWords } from "../parts/problemWords";
import { workWords } from "../words/work";

export interface Wish {
  readonly touch_id: string;
  /** The version that was seen. */
  readonly version: number;
  /** To this person's list, */
  readonly staff_id?: string;
  /** or to this unit, where it waits. */
  readonly unit_id?: string;
}

export type Made = Answer<"POST /board/moves">;

/** What one call takes. */
export const MOVES_MAX = 500;

/**
 * Makes the moves, in as many calls as it takes. Where a later call fails, what was moved by then is answered all the same,
 * for it can be taken back, and the rest is refused with the reason; `say` puts that into words.
 */
export async function makeMoves(wishes: readonly Wish[], say: (thrown: unknown) => string): Promise<Made> {
  const all: Made = { moved: [], refused: [] };
  for (let at = 0; at < wishes.length; at += MOVES_MAX) {
    try {
      const { moved, refused } = await call("POST /board/moves", { body: { moves: wishes.slice(at, at + MOVES_MAX) } });
      all.moved.push(...moved);
      all.refused.push(...refused);
    } catch (thrown) {
      if (at === 0) throw thrown;
      const { code } = asProblem(thrown);
      const title = say(thrown);
      all.refused.push(...wishes.slice(at).map(({ touch_id }) => ({ touch_id, code, title })));
      break;
    }
  }
  return all;
}

/** Why moves were refused, each reason once. */
export const reasonsOf = (refused: Made["refused"]) => [...new Set(refused.map((one) => one.title))].join(" ");

/** Those that stand as they stood before never went anywhere: nobody misses them when the others come back. */
export const leftBehind = (refused: Made["refused"], wishes: readonly Wish[]) =>
  refused.filter(({ touch, touch_id }) => !touch || touch.version >= (wishes.find((one) => one.touch_id === touch_id)?.version ?? 0));

/** Brings work orders back to where they were, and says of how many that was not possible. */
export function useMovesBack(): (wishes: readonly Wish[]) => void {
  const words = useWords(workWords).board;
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  return (wishes) =>
    void makeMoves(wishes, (thrown) => told(thrown).title)
      .then(({ moved, refused }) => {
        const left = leftBehind(refused, wishes);
        if (moved.length > 0) void message.info(words.broughtBack(moved.length));
        if (left.length > 0) void message.warning(words.notBack(left.length, reasonsOf(left)), 8);
      })
      .catch((thrown: unknown) => void message.error(`${told(thrown).title} ${told(thrown).next}`))
      .finally(() => void client.invalidateQueries({ queryKey: ["work"] }));
}
