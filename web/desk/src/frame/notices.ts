/** What happened meanwhile and wants a look. The server keeps it with its read state, so that every device agrees. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "./api";
import type { NoticeRow } from "./shapes";

export const unreadQuery = queryOptions({ queryKey: ["notice", "unread"], queryFn: ({ signal }) => call("GET /notices/unread", { signal }), staleTime: Number.POSITIVE_INFINITY });

export const noticesQuery = infiniteQueryOptions({
  queryKey: ["notice", "list"],
  queryFn: ({ pageParam, signal }) => call("GET /notices", { query: { cursor: pageParam || undefined, limit: 30 }, signal }),
  initialPageParam: "",
  getNextPageParam: (last) => last.next,
});

/** Where a notice leads. */
export function placeOf(link: NoticeRow["link"]): string {
  switch (link?.kind) {
    case "customer":
      return `/customers/${link.id}`;
    case "touch":
      return link.customer_id ? `/customers/${link.customer_id}` : "/my-day";
    case "batch":
      return `/batches/${link.id}`;
    case "bulk_edit":
      return `/customers?bulk=${link.id}`;
    case "export":
      return "/exports";
    case "plan":
      return `/plans/${link.id}`;
    case "security":
      return "/settings?part=account";
    default:
      return "/my-day";
  }
}

/** Reads one (`id`), marks one unread again, or reads all (`null`). */
export function useReading() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, to }: { id: string | null; to: "read" | "unread" }): Promise<unknown> => {
      if (id === null) return call("PUT /notices/read", { body: {} } as never);
      return to === "read" ? call("PUT /notices/{id}/read", { path: { id } }) : call("DELETE /notices/{id}/read", { path: { id } });
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["notice"] }),
  });
}
