/** Outcome codes as the settings know and change them. */
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { call } from "../frame/api";
import type { components } from "../generated/api";
import { useAct } from "../org/useOrg";

export type Code = components["schemas"]["FirmCodeShape"];

export interface Row extends Code {
  /** The key of the business type; empty for the usual codes. */
  readonly kind: string;
  readonly business: string;
  /** All codes of the kind, in their order. */
  readonly order: readonly string[];
}

export const codesQuery = queryOptions({ queryKey: ["work", "outcome-codes"], queryFn: () => call("GET /outcome-codes"), staleTime: 300_000 });

/** The word in an address for the usual codes, whose key is empty. */
export const kindIn = (key: string): string => key || "any";

/** The codes with one a step up or down; none where it stands at the end already. */
export function moved(codes: readonly string[], code: string, step: -1 | 1): string[] | null {
  const at = codes.indexOf(code);
  const other = codes[at + step];
  if (at < 0 || other === undefined) return null;
  return codes.map((one, place) => (place === at ? other : place === at + step ? code : one));
}

/** An act on codes: the pages of work orders show them too, so both are asked for anew. */
export function useCodeAct<T = undefined>(act: (input: T) => Promise<unknown>, done?: string, after?: () => void) {
  const client = useQueryClient();
  return useAct<T>(act, done, () => {
    void client.invalidateQueries({ queryKey: ["work"] });
    after?.();
  });
}
