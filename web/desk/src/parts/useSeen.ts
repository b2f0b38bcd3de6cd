/**
 * The version of a thing that a form was opened with. When somebody else was first, the newest is asked for and told; the
 * next save names that version, so that it replaces theirs knowingly and is not refused for ever.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem, asProblem } from "../frame/problem";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";

/** The form says itself what somebody else changed. */
const OVERTAKEN = "overtaken";

/** What a thing says, field by field, as a person reads it. */
export type Said = Readonly<Record<string, string>>;

interface Of<T> {
  /** As the form was opened with it; none of a new one. */
  readonly first: T | undefined;
  /** The list in which it stands. */
  readonly list: { readonly queryKey: readonly unknown[]; readonly queryFn: () => Promise<readonly T[]> };
  readonly is: (row: T) => boolean;
  readonly said: (row: T) => Said;
}

export function useSeen<T extends { readonly version: number }>({ first, list, is, said }: Of<T>) {
  const words = useWords(partsWords).overtaken;
  const client = useQueryClient();
  const [seen, see] = useState(first);
  const [theirs, tell] = useState<Said | null>(null);
  const save = async <A>(act: (version: number | undefined) => Promise<A>): Promise<A> => {
    try {
      return await act(seen?.version);
    } catch (thrown) {
      if (asProblem(thrown).status !== 412 || !first) throw thrown;
      const now = (await client.fetchQuery({ ...list, staleTime: 0 })).find(is);
      if (!now) throw thrown;
      see(now);
      tell(turned(said(first), said(now)));
      throw new ApiProblem({ status: 412, code: OVERTAKEN, detail: words.title, next: words.next }, thrown);
    }
  };
  return { save, theirs };
}

/** What says something else now than before. */
export function turned(before: Said, now: Said): Said {
  const gone = Object.keys(before).filter((field) => !(field in now)).map((field) => [field, ""]);
  return Object.fromEntries([...Object.entries(now).filter(([field, text]) => before[field] !== text), ...gone]) as Said;
}
