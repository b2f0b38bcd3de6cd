/** Turns live news that concerns this person into notices. */
import { useEffect } from "react";
import { watchNews } from "./live";
import { notify } from "./notices";
import { useMe } from "./session";

export function useNewsToNotices(): void {
  const me = useMe();
  useEffect(
    () =>
      watchNews((name, news) => {
        const kind = news.kind?.includes(".") ? news.kind : `${name}.${news.kind ?? ""}`;
        const mine = news.owner_id === me.id;
        if (kind.endsWith("returned") && mine) notify("touch.returned", "/my-day", Date.now());
        else if ((kind.endsWith("assigned") || kind.endsWith("handed_out")) && mine) notify("touch.assigned", "/my-day", Date.now());
        else if (name === "batch" && news.id) {
          const last = kind.split(".").pop() ?? "";
          if (["imported", "failed", "undone"].includes(last)) notify(`batch.${last}`, `/batches/${news.id}`, Date.now());
        }
      }),
    [me.id],
  );
}
