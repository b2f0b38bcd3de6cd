/** The customer beside the list of My day. Without a line: as they were last opened today (shelf.ts). */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { CustomerPage, TimelineItem } from "../frame/shapes";
import { customerQuery, storyQuery } from "../customer/queries";
import { isBroken, keepCard, keepStory, recallCard, recallStory, STORY_MAX } from "./shelf";

interface Asked<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

export function useCard(id: string): Asked<CustomerPage> {
  const page = useQuery(customerQuery(id));
  useEffect(() => {
    if (page.data) keepCard(page.data);
  }, [page.data]);
  return orKept(page, () => recallCard(id));
}

/** The newest entries of the story, of one part or of all; only all of them are kept. */
export function useStory(id: string, part: string | undefined): Asked<readonly TimelineItem[]> {
  const story = useInfiniteQuery(storyQuery(id, part));
  const data = story.data?.pages.flatMap((one) => one.items).slice(0, STORY_MAX);
  useEffect(() => {
    if (data && part === undefined) keepStory(id, data);
    // The entries are the same as long as the answer is.
  }, [id, part, story.data]);
  return orKept({ ...asked(story), data }, () => (part === undefined ? recallStory(id) : null));
}

interface Failing<T> extends Asked<T> {
  readonly failureReason: unknown;
}

const asked = ({ error, failureReason, refetch }: Failing<unknown>) => ({ error, failureReason, refetch });

/** From the first failure on: the line may stay away for long. */
function orKept<T>({ data, error, failureReason, refetch }: Failing<T>, recall: () => T | null): Asked<T> {
  const kept = data === undefined && isBroken(failureReason) ? recall() : null;
  return kept === null ? { data, error, refetch } : { data: kept, error: null, refetch };
}
