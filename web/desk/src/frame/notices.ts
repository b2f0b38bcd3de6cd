/** What happened meanwhile and wants a look. The server keeps it with its read state, so that every device agrees. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useProblemWords } from "../parts/problemWords";
import { call } from "./api";
import type { NoticeRow } from "./shapes";

export const unreadQuery = queryOptions({ queryKey: ["notice", "unread"], queryFn: ({ signal }) => call("GET /notices/unread", { signal }), staleTime: Number.POSITIVE_INFINITY });

export const noticesQuery = (part: "unread" | "all") =>
  infiniteQueryOptions({
    queryKey: ["notice", "list", part],
    queryFn: ({ pageParam, signal }) => call("GET /notices", { query: { unread: part === "unread" || undefined, cursor: pageParam || undefined, limit: 30 }, signal }),
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
  const told = useProblemWords();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: ({ id, to }: { id: string | null; to: "read" | "unread" }): Promise<unknown> => {
      if (id === null) return call("PUT /notices/read", { body: {} } as never);
      return to === "read" ? call("PUT /notices/{id}/read", { path: { id } }) : call("DELETE /notices/{id}/read", { path: { id } });
    },
    onError: (thrown) => void message.error(`${told(thrown).title} ${told(thrown).next}`),
    onSettled: () => void client.invalidateQueries({ queryKey: ["notice"] }),
  });
}
