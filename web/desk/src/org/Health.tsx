/** How the program is: whether changes are taken, room on the disk, the log, the continuous backup. */
import { useQuery } from "@tanstack/react-query";
import { Button, Card } from "antd";
import { useEffect, useRef } from "react";
import { call } from "../frame/api";
import { program } from "../frame/live";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { clock } from "../parts/Day";
import { FactList } from "../parts/FactList";
import { Shown } from "../parts/states";
import { healthWords } from "../words/health";

type Details = components["schemas"]["HealthDetails"];

/** Asked when it is opened, when the reader comes back to it, when the program says that it has changed, and at a press. */
export function Health() {
  const words = useWords(healthWords);
  const asked = useQuery({ queryKey: ["org", "health"], queryFn: () => call("GET /health/details"), staleTime: 0 });
  const { refetch } = asked;
  const { writes } = program.use();
  const known = useRef(writes);
  useEffect(() => {
    if (known.current !== writes) void refetch();
    known.current = writes;
  }, [writes, refetch]);
  return (
    <Shown of={asked} lines={5}>
      {(now) => (
        <Card
          size="small" title={words.tab} style={{ maxWidth: 720 }}
          extra={<span className="row"><span className="quiet small">{words.asOf(clock(new Date(asked.dataUpdatedAt)))}</span><Button size="small" loading={asked.isFetching} onClick={() => void refetch()}>{words.again}</Button></span>}
        >
          <Facts of={now} />
          <p className="quiet small" style={{ marginTop: 12 }}>{words.more}</p>
        </Card>
      )}
    </Shown>
  );
}

function Facts({ of: now }: { of: Details }) {
  const words = useWords(healthWords);
  const { disk } = now;
  const free = disk ? words.free((disk.free_bytes / 2 ** 30).toFixed(1)) + (disk.days_left == null ? "" : words.daysLeft(disk.days_left)) : words.notWatched;
  const copied = useCopied(now);
  const open = now.writes === "open";
  const facts = [
    { key: "program", title: words.program, value: words.version(now.version, now.database) },
    { key: "writes", title: words.writes, value: <span className={open ? "done" : "risk"}>{open ? words.writesOpen : words.writesFull}</span> },
    { key: "disk", title: words.disk, value: <span className={disk?.days_left != null && disk.days_left < FEW_DAYS ? "due" : ""}>{free}</span> },
    ...(now.log_bytes == null ? [] : [{ key: "log", title: words.log, value: words.megabytes(Math.ceil(now.log_bytes / 2 ** 20)) }]),
    { key: "backup", title: words.backup, value: <span className={copied.tone}>{copied.text}</span> },
  ];
  return <FactList facts={facts} />;
}

const FEW_DAYS = 14;

/** How far the continuous backup is, and whether somebody should look at it. */
function useCopied(now: Details): { text: string; tone: "done" | "due" | "risk" | "" } {
  const words = useWords(healthWords);
  const { backup } = now;
  if (!backup) return now.database === "postgresql" ? { text: words.backupByServer, tone: "" } : { text: words.backupNone, tone: "due" };
  if (now.backup_error) return { text: now.backup_error, tone: "risk" };
  if (backup.behind_seconds == null || backup.snapshot_seconds == null) return { text: words.backupBegins, tone: "" };
  const snapshot = words.snapshot(Math.round(backup.snapshot_seconds / 3600));
  return backup.ok ? { text: words.backupWell(backup.behind_seconds) + snapshot, tone: "done" } : { text: words.backupBehind(backup.behind_seconds) + snapshot, tone: "risk" };
}
