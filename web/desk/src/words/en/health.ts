/** Settings: how the program is. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/health";

export const en: SameKeys<typeof zh> = {
  tab: "Health",
  program: "Program",
  version: (version, database) => `${version}, database ${database}`,
  writes: "Saving changes",
  writesOpen: "As always",
  writesFull: "The disk is full and changes wait. Make room; it goes on by itself within seconds.",
  disk: "Disk",
  free: (gb) => `${gb} GB free`,
  daysLeft: (days) => `, enough for ${days} days at the present pace`,
  notWatched: "Not watched",
  log: "Database log",
  megabytes: (mb) => `${mb} MB`,
  backup: "Continuous backup",
  backupNone: "None. Set backup_to in tend.toml to a folder on another disk.",
  backupWell: (seconds) => `Up to date, ${seconds} s behind`,
  backupBehind: (seconds) => `${seconds} s behind: see the log`,
  backupBegins: "The first whole snapshot is being made",
  backupByServer: "By PostgreSQL's own tools; see the manual",
  snapshot: (hours) => `, last whole snapshot ${hours} h ago`,
  asOf: (at) => `As of ${at}`,
  again: "Check again",
  more: "For more, run tend doctor on the server.",
};
