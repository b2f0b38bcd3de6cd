/**
 * The pages of the customers list. Grouped, the list is walked group after group, each by the same cursor as ever: the rows
 * of a group come together and in their order, however many there are, and nothing slides in above what is read.
 */
import { type Answer, call } from "../frame/api";
import type { Group, Shown } from "./listAddress";

const PAGE_ROWS = 100;
type Rows = Answer<"GET /customers">;
interface Books { readonly tiers: Readonly<Record<string, string>>; readonly lifecycles: Readonly<Record<string, string>> }

/** The words of a grouping, in the order in which its groups are shown. */
export const groupsOf = (group: Group, books: Books) => (group === "tier" ? books.tiers : books.lifecycles);

/** The groups in their order; one that a filter names is the only one. */
export function walked(group: Group, filters: Shown["filters"]): readonly string[] {
  const named = filters[group];
  if (named) return [named];
  return group === "tier" ? ["gold", "silver", "ordinary"] : ["lead", "new", "active", "lost", "blocked", "deceased"];
}

/** Where a grouped walk stands: the group's place and the cursor within it. */
export function placeOf(cursor: string): { at: number; within: string } {
  const [at, ...rest] = cursor.split("~");
  return { at: Number(at) || 0, within: rest.join("~") };
}

export async function pageOf(shown: Shown, cursor: string, signal?: AbortSignal): Promise<Rows> {
  const ask = (filters: Shown["filters"], within: string, limit: number) =>
    call("GET /customers", { query: { ...filters, segment: shown.segment, sort: shown.sort, cursor: within || undefined, limit }, signal });
  const { group } = shown;
  if (group === "") return ask(shown.filters, cursor, PAGE_ROWS);
  const groups = walked(group, shown.filters);
  const items: Rows["items"] = [];
  let { at, within } = placeOf(cursor);
  let next: string | null = null;
  while (at < groups.length) {
    const page = await ask({ ...shown.filters, [group]: groups[at] }, within, PAGE_ROWS);
    items.push(...page.items);
    within = page.next ?? "";
    if (!page.next) at += 1;
    next = at < groups.length ? `${at}~${within}` : null;
    // A small group leaves room for the next one on the same page.
    if (page.next || items.length >= PAGE_ROWS) break;
  }
  // How many there are in all, without the groups: asked once, with the first page.
  const about = cursor === "" ? (await ask(shown.filters, "", 1)).about : null;
  return { items, next, about };
}
