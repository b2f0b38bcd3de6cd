/** Which screens each role sees and where it lands (DESK.md, the frame). What a role may not do is not shown. */
import type { Role } from "./shapes";

export type Screen = "my-day" | "customers" | "batches" | "board" | "verification" | "traces" | "statements" | "plans" | "exports" | "settings";

export const PATHS: Readonly<Record<Screen, string>> = {
  "my-day": "/my-day",
  customers: "/customers",
  batches: "/batches",
  board: "/board",
  verification: "/verification",
  traces: "/traces",
  statements: "/statements",
  plans: "/plans",
  exports: "/exports",
  settings: "/settings",
};

const SEEN: Readonly<Record<Role, readonly Screen[]>> = {
  maintainer: ["my-day", "customers", "statements"],
  channel_lead: ["board", "my-day", "customers", "batches", "traces", "statements", "exports"],
  hq: ["batches", "customers", "board", "verification", "traces", "plans", "statements", "exports", "settings"],
  specialist: ["my-day", "customers"],
  quality: ["verification", "traces", "statements", "exports", "settings"],
  executive: ["statements"],
  admin: ["settings"],
};

export function screensOf(role: Role): readonly Screen[] {
  return SEEN[role] ?? [];
}

/** The first screen of a role; the server may name it, else it is the first that the role sees. */
export function landingOf(role: Role, named?: string): string {
  const seen = screensOf(role);
  const asked = ({ samples: "verification", reports: "statements", queue: "my-day" } as Record<string, Screen>)[named ?? ""] ?? (named as Screen);
  return PATHS[seen.includes(asked) ? asked : (seen[0] ?? "settings")];
}
