/** The journeys of the desk, one file each in `journeys/`, over one sample firm, one program and one browser. `ONLY=05,16` runs some. */
import { readdirSync } from "node:fs";

const folder = new URL("journeys/", import.meta.url);
for (const name of readdirSync(folder).filter((one) => one.endsWith(".test.mjs") && (process.env.ONLY ?? "").split(",").some((part) => one.includes(part))).sort()) await import(new URL(name, folder).href);
