/** The condition that the parts of a form draw and change together. */
import { createContext, useContext } from "react";
import type { Known } from "./condition";

export interface Writing {
  readonly source: string;
  readonly known: Known;
  /** Takes the expression as it is to be. */
  readonly onWrite: (next: string) => void;
}

export const Here = createContext<Writing | null>(null);

export function useWriting(): Writing {
  const here = useContext(Here);
  if (!here) throw new Error("a condition is drawn within Conditions");
  return here;
}
