/** Exports of customers on the wire: what may stand in a file, what a file would be, and those that were asked for. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { type Answer, type Ask, call } from "../frame/api";
import type { Role } from "../frame/shapes";
import { type Chosen, whomOf } from "./bulk";
import type { Shown } from "./listAddress";

export type Export = Answer<"GET /exports/{id}">;
type PreviewBody = Ask<"POST /exports/preview">["body"];
type Body = Ask<"POST /exports">["body"];

/** Who may take customers out of the firm; the server has the last word. */
export const mayExport = (role: Role) => role === "hq" || role === "channel_lead";

/** What is offered first: what a letter or a call list needs, nothing that is weighed as a transaction. */
export const USUAL = ["name", "owner", "unit", "region", "phone"];

export const columnsQuery = queryOptions({ queryKey: ["export", "columns"], queryFn: ({ signal }) => call("GET /exports/columns", { signal }), staleTime: Infinity });

export const exportsQuery = infiniteQueryOptions({
  queryKey: ["export", "list"],
  queryFn: ({ pageParam, signal }) => call("GET /exports", { query: { cursor: pageParam || undefined, limit: 50 }, signal }),
  initialPageParam: "",
  getNextPageParam: (last) => last.next,
});

/** The body of a preview; none while something is missing. */
export function previewBody(chosen: Chosen, shown: Pick<Shown, "segment" | "filters">, columns: readonly string[]): PreviewBody | null {
  const who = whomOf(chosen, shown);
  return who && columns.length > 0 ? ({ who, columns: [...columns] } as unknown as PreviewBody) : null;
}

export const outlookQuery = (body: PreviewBody | null) =>
  queryOptions({ queryKey: ["export", "preview", JSON.stringify(body)], queryFn: ({ signal }) => call("POST /exports/preview", { body: body as PreviewBody, signal }), enabled: body !== null, retry: false, staleTime: 0, gcTime: 0 });

export const exportBody = (preview: PreviewBody, format: string, reason: string): Body => ({ ...preview, format, reason }) as Body;
