/** The relations of a customer: said and taken away; the pages of both sides are asked for anew. */
import { useQueryClient } from "@tanstack/react-query";
import { call } from "../frame/api";
import { useChange } from "./useChange";

export interface Said {
  readonly other_id: string;
  readonly kind: string;
}

export function useRelations(id: string, after?: () => void) {
  const client = useQueryClient();
  const both = () => void client.invalidateQueries({ queryKey: ["customer", "one"] });
  const relate = useChange(id, (body: Said) => call("POST /customers/{id}/relations", { path: { id }, body: { ...body } }), () => null, () => { both(); after?.(); });
  const unrelate = useChange(id, (relation: string) => call("DELETE /customers/{id}/relations/{relation}", { path: { id, relation } }), () => null, both);
  return { relate, unrelate };
}
