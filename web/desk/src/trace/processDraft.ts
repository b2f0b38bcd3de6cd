/** The text with which the writing of a process begins, and where an unfinished one waits. */
import { OWN } from "../frame/store";
import type { ProcessPage } from "./queries";

/** Sound as it stands, so that what is wrong while one writes is what one wrote. */
const FRESH = `key = "new_process"
version = 1
business_type = "sale"
title = { zh = "新流程", en = "New process" }
# law = { zh = "…", en = "…" }
# for_each = "agreement"
# as = "a"
# applies_if = 'a.kind == "policy"'

[[step]]
key = "explained"
title = { zh = "说明产品", en = "Product explained" }
accepts = [{ kind = "contact", channels = ["phone", "visit"] }, { kind = "note" }]

[[step]]
key = "agreed"
title = { zh = "客户同意", en = "The customer agrees" }
after = ["explained"]
accepts = [{ kind = "file", types = ["pdf", "png", "jpeg"] }, { kind = "recording", seconds_min = 10 }]

[[test]]
name = "步骤齐全 / every step"
day = "2026-11-29"
all_but = []
expect = "closes"

[[test]]
name = "没有同意 / no agreement"
day = "2026-11-29"
all_but = ["agreed"]
gaps = ["agreed"]
`;

/** The version that comes after all that are there. */
export const nextVersion = (process: ProcessPage): number => Math.max(process.version, ...process.versions.map((one) => one.version)) + 1;

/** Where the writing begins: a fresh text, or that of the process with the number of the version to come. */
export function firstText(process: ProcessPage | "new"): string {
  return process === "new" ? FRESH : process.text.replace(/^version\s*=\s*\d+/m, `version = ${nextVersion(process)}`);
}

/** What was not finished waits in the browser, one text for each version that is being written, and goes when its writer signs out. */
const placeOf = (process: ProcessPage | "new") => (process === "new" ? `${OWN}process` : `${OWN}process.${process.key}.${nextVersion(process)}`);

/** What was written and not published. */
export function waiting(process: ProcessPage | "new"): string | null {
  try {
    return localStorage.getItem(placeOf(process));
  } catch {
    return null;
  }
}

/** Keeps what is written; what is as the writing began is not kept. */
export function keep(process: ProcessPage | "new", text: string): void {
  try {
    if (text === firstText(process)) localStorage.removeItem(placeOf(process));
    else localStorage.setItem(placeOf(process), text);
  } catch {
    // The text then lives as long as the page.
  }
}

/** It was published: nothing waits. */
export const drop = (process: ProcessPage | "new") => keep(process, firstText(process));
