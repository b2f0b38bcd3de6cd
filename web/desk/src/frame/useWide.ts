/** Whether the screen has room for columns side by side; follows a turned phone. */
import { useSyncExternalStore } from "react";

const room = matchMedia("(min-width: 721px)");
const follow = (tell: () => void) => {
  room.addEventListener("change", tell);
  return () => room.removeEventListener("change", tell);
};

export function useWide(): "wide" | "phone" {
  return useSyncExternalStore(follow, () => (room.matches ? "wide" : "phone"));
}
