/** The household of a customer: who comes in and who goes out; the pages of all of them are asked for anew. */
import { useQueryClient } from "@tanstack/react-query";
import { call } from "../frame/api";
import type { CustomerPage } from "../frame/shapes";
import { useChange } from "./useChange";

export function useHousehold({ id }: Pick<CustomerPage, "id">, after?: () => void) {
  const client = useQueryClient();
  const others = () => void client.invalidateQueries({ queryKey: ["customer", "one"] });
  const join = useChange(
    id,
    ({ members, name }: { members: readonly string[]; name: string }) => call("POST /customers/{id}/household", { path: { id }, body: { name, members: [...members] } }),
    () => null,
    () => { others(); after?.(); },
  );
  const leave = useChange(
    id,
    async (members: readonly string[]) => {
      for (const one of members) await call("DELETE /customers/{id}/household", { path: { id: one } });
    },
    () => null,
    others,
  );
  return { join, leave };
}
