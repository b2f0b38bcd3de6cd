/** My day without rows: what to do next instead of a blank. */
import { Button } from "antd";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import type { MyDay as Day } from "../frame/shapes";
import { call } from "../frame/api";
import { screensOf } from "../frame/navigation";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { EmptyState } from "../parts/states";
import { workWords } from "../words/work";
import type { Kind } from "./order";

const SILENT = "last_contact < today - days(90)";

export function NothingToday({ day, kind, onAll }: { day: Day; kind: Kind; onAll: () => void }) {
  const words = useWords(workWords).myDay;
  const me = useMe();
  const sees = screensOf(me.role).includes("customers");
  const silent = useQuery({
    queryKey: ["customer", "count", SILENT],
    queryFn: ({ signal }) => call("GET /customers/count", { query: { segment: SILENT }, signal }),
    enabled: sees && kind === "all",
    retry: false,
  });
  if (kind !== "all" && day.items.length > 0) return <EmptyState title={words.noneOfKind} act={<Button onClick={onAll}>{words.all}</Button>} />;
  const count = silent.data?.count;
  return (
    <EmptyState
      title={day.counts.done > 0 ? words.allDone(day.counts.done) : words.emptyNone}
      next={count ? words.silentCount(count) : words.emptyNext}
      act={sees && count !== 0 && <Link to="/customers" search={{ segment: SILENT } as never}>{words.silent} ▸</Link>}
    />
  );
}
