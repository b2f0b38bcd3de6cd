/** Which results wait for a verdict, and what the list is once one is given. */
import type { InfiniteData } from "@tanstack/react-query";
import type { TouchFilter } from "./queries";

/** What was drawn, or every result that nobody judged yet. */
export type Look = "drawn" | "all";

export const waitingFor = (look: Look, batch: string | undefined): TouchFilter => ({ state: "done,failed", batch, ...(look === "drawn" && { sample: "drawn" as const }) });

/** The list without one row: it is gone at once, and what the server says afterwards stands. */
export function without<P extends { items: readonly { id: string }[]; about?: number | null }, C>(data: InfiniteData<P, C>, id: string): InfiniteData<P, C> {
  const was = data.pages.some((page) => page.items.some((row) => row.id === id));
  const pages = data.pages.map((page) => ({ ...page, items: page.items.filter((row) => row.id !== id), about: was && page.about ? page.about - 1 : page.about }));
  return was ? { ...data, pages } : data;
}
