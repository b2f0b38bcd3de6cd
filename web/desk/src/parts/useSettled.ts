/** A text that has rested for a moment, so that each key press does not ask the server. */
import { useEffect, useState } from "react";

export const QUIET_MS = 250;

export function useSettled(text: string, quietMs = QUIET_MS): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), quietMs);
    return () => clearTimeout(timer);
  }, [text, quietMs]);
  return settled;
}
