/** The customer beside the list of My day. Without a line: as they were last opened today (shelf.ts). */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
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
  return useKept(id, page, () => recallCard(id));
}

/** The newest entries of the story, of one part or of all; only all of them are kept. */
export function useStory(id: string, part: string | undefined): Asked<readonly TimelineItem[]> {
  const story = useInfiniteQuery(storyQuery(id, part));
  const data = story.data?.pages.flatMap((one) => one.items).slice(0, STORY_MAX);
  useEffect(() => {
    if (data && part === undefined) keepStory(id, data);
    // The entries are the same as long as the answer is.
  }, [id, part, story.data]);
  return useKept(`${id}.${part ?? ""}`, { ...asked(story), data }, () => (part === undefined ? recallStory(id) : null));
}

interface Failing<T> extends Asked<T> {
  readonly failureReason: unknown;
}

const asked = ({ error, failureReason, refetch }: Failing<unknown>) => ({ error, failureReason, refetch });

/** What stands in for an answer, and for the answer to which question. */
export interface Held<T> {
  readonly of: string;
  readonly kept: T | null;
}

/**
 * What stands in: from the first failure on, for the line may stay away for long, until the server answers, with a refusal
 * too. A new try knows nothing of the failure before it, so what was recalled is held meanwhile.
 */
export function heldOn<T>(held: Held<T> | null, of: string, { data, failureReason }: Pick<Failing<T>, "data" | "failureReason">, recall: () => T | null): Held<T> | null {
  if (data !== undefined || (failureReason && !isBroken(failureReason))) return null;
  if (held?.of === of) return held;
  return failureReason ? { of, kept: recall() } : null;
}

function useKept<T>(of: string, { data, error, failureReason, refetch }: Failing<T>, recall: () => T | null): Asked<T> {
  const [before, hold] = useState<Held<T> | null>(null);
  const held = heldOn(before, of, { data, failureReason }, recall);
  if (held !== before) hold(held);
  const kept = held?.kept ?? null;
  return kept === null ? { data, error, refetch } : { data: kept, error: null, refetch };
}
