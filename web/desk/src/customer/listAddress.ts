/**
 * What the customers list shows, as its address says it. A saved view fills in what the address leaves
 * out; what the address names wins, and `any` in it takes a condition of the view away.
 */
import type { ViewRow } from "../frame/shapes";

export const FILTERS = ["q", "owner", "unit", "tier", "class", "lifecycle", "label", "batch"] as const;
export type Filter = (typeof FILTERS)[number];
export const COLUMNS = ["name", "tier", "age", "region", "phone", "owner", "unit", "last", "next", "labels", "lifecycle"] as const;
export type Column = (typeof COLUMNS)[number];
export const USUAL: readonly Column[] = ["name", "tier", "age", "region", "phone", "owner", "last", "next", "labels"];
export const ANY = "any";
/** What rows can be gathered under: every customer has exactly one of each. */
export const GROUPS = ["tier", "lifecycle"] as const;
export type Group = (typeof GROUPS)[number];

/** The search part of the address. */
export type Address = Partial<Record<Filter | "view" | "segment" | "sort" | "columns" | "group" | "bulk", string>>;

/** All that the list needs to ask and to draw. */
export interface Shown {
  readonly segment: string;
  readonly filters: Readonly<Partial<Record<Filter, string>>>;
  readonly sort: "newest" | "name";
  readonly columns: readonly Column[];
  readonly group: Group | "";
}

export function shownBy(address: Address, view?: Pick<ViewRow, "expression" | "filters" | "order" | "columns"> & { readonly group?: string }): Shown {
  const filters: Partial<Record<Filter, string>> = {};
  for (const filter of FILTERS) {
    const text = address[filter] ?? view?.filters[filter] ?? "";
    if (text && text !== ANY) filters[filter] = text;
  }
  const segment = address.segment ?? view?.expression ?? "";
  const group = address.group ?? view?.group ?? "";
  const columns = known(address.columns?.split(",") ?? view?.columns ?? []);
  return {
    segment: segment === ANY ? "" : segment,
    filters,
    sort: (address.sort ?? view?.order) === "name" ? "name" : "newest",
    columns: columns.length > 0 ? columns : USUAL,
    group: GROUPS.find((one) => one === group) ?? "",
  };
}

/** The shortest address that shows this: only what differs from the view, or from the usual. */
export function addressOf(shown: Shown, view?: Pick<ViewRow, "id" | "expression" | "filters" | "order" | "columns"> & { readonly group?: string }): Address {
  const without = shownBy({}, view);
  const address: Address = view ? { view: view.id } : {};
  if (shown.segment !== without.segment) address.segment = shown.segment || ANY;
  for (const filter of FILTERS) {
    if ((shown.filters[filter] ?? "") !== (without.filters[filter] ?? "")) address[filter] = shown.filters[filter] || ANY;
  }
  if (shown.sort !== without.sort) address.sort = shown.sort;
  if (shown.group !== without.group) address.group = shown.group || ANY;
  if (shown.columns.join() !== without.columns.join()) address.columns = shown.columns.join(",");
  return address;
}

/** The view that an address of the list has chosen, empty for none; null where it is the address of another page. */
export function viewIn({ pathname, search }: { pathname: string; search: string }): string | null {
  return pathname === "/customers" ? (new URLSearchParams(search).get("view") ?? "") : null;
}

/** Whether the list has been changed since the view was chosen. */
export function differs(address: Address): boolean {
  return Object.entries(address).some(([name, value]) => name !== "view" && name !== "bulk" && value !== undefined);
}

/** The body that saves what is shown as a view. What was searched for may be somebody's number and is not kept. */
export function bodyOf(shown: Shown) {
  const filters: Record<string, string> = Object.fromEntries(Object.entries(shown.filters).filter(([filter]) => filter !== "q"));
  return { expression: shown.segment, columns: [...shown.columns], order: shown.sort, group: shown.group, filters };
}

/** Columns of this program only, the name always first. */
function known(names: readonly string[]): Column[] {
  const kept = names.filter((name): name is Column => name !== "name" && (COLUMNS as readonly string[]).includes(name));
  return kept.length > 0 ? ["name", ...new Set(kept)] : [];
}
