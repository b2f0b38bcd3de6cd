/** How the program is: whether changes are taken, room on the disk, the log, the continuous backup, the certificate, jobs that were given up. */
import { useQuery } from "@tanstack/react-query";
import { Button, Card } from "antd";
import { useEffect, useRef } from "react";
import { call } from "../frame/api";
import { program } from "../frame/live";
import { useWords } from "../frame/words";
import type { components } from "../generated/api";
import { Ago, clock } from "../parts/Day";
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
    ...(now.certificate ? [{ key: "certificate", title: words.certificate, value: <Certificate of={now.certificate} /> }] : []),
    { key: "jobs", title: words.jobs, value: <GivenUp jobs={now.given_up} /> },
  ];
  return <FactList facts={facts} />;
}

const FEW_DAYS = 14;

/** How long the certificate lasts, who brings the next one, and why that one did not come. */
function Certificate({ of: one }: { of: NonNullable<Details["certificate"]> }) {
  const words = useWords(healthWords);
  const lasts = one.days_left == null ? words.certificateNone : words.certificateLasts(one.names.join(", "), one.days_left);
  return (
    <>
      <span className={one.ok ? "done" : one.days_left ? "due" : "risk"}>{lasts}</span>
      <div className="quiet small">{one.renewed_by === "files" ? words.renewedByFiles : words.renewedByAuthority}</div>
      {one.error && <div className="risk small">{words.certificateFailed(one.error)}</div>}
    </>
  );
}

/** The jobs that used up their tries, with why. */
function GivenUp({ jobs }: { jobs: Details["given_up"] }) {
  const words = useWords(healthWords);
  if (jobs.length === 0) return <span className="done">{words.jobsNone}</span>;
  return jobs.map((job) => (
    <div key={job.id}><span className="due">{words.jobGivenUp(job.kind, job.tries)}</span> <span className="quiet small"><Ago at={job.asked_at} /> {job.why}</span></div>
  ));
}

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
