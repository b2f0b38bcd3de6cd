/** How the program is: whether changes are taken, room on the disk, the log, the continuous backup. */
import { useQuery } from "@tanstack/react-query";
import { Card } from "antd";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { FactList } from "../parts/FactList";
import { healthWords } from "../words/health";

const LOOK_MS = 10_000;

export function Health() {
  const words = useWords(healthWords);
  const asked = useQuery({ queryKey: ["org", "health"], queryFn: () => call("GET /health/details"), refetchInterval: LOOK_MS });
  const now = asked.data;
  if (!now) return null;
  const { disk, backup } = now;
  const free = disk ? words.free((disk.free_bytes / 2 ** 30).toFixed(1)) + (disk.days_left == null ? "" : words.daysLeft(disk.days_left)) : words.notWatched;
  const snapshot = backup?.snapshot_seconds == null ? "" : words.snapshot(Math.round(backup.snapshot_seconds / 3600));
  const copied = () => {
    if (!backup) return now.database === "postgresql" ? words.backupByServer : words.backupNone;
    if (now.backup_error) return now.backup_error;
    if (backup.behind_seconds == null || backup.snapshot_seconds == null) return words.backupBegins;
    return (backup.ok ? words.backupWell : words.backupBehind)(backup.behind_seconds) + snapshot;
  };
  const facts = [
    { key: "program", title: words.program, value: words.version(now.version, now.database) },
    { key: "writes", title: words.writes, value: now.writes === "open" ? words.writesOpen : words.writesFull },
    { key: "disk", title: words.disk, value: free },
    ...(now.log_bytes == null ? [] : [{ key: "log", title: words.log, value: words.megabytes(Math.ceil(now.log_bytes / 2 ** 20)) }]),
    { key: "backup", title: words.backup, value: copied() },
  ];
  return (
    <Card size="small" title={words.tab}>
      <FactList facts={facts} />
      <p className="quiet" style={{ marginTop: 12 }}>{words.more}</p>
    </Card>
  );
}
