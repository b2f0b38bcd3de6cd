/** The journeys of the desk, one file each in `journeys/`, over one sample firm, one program and one browser. `ONLY=05` runs one. */
import { readdirSync } from "node:fs";

const folder = new URL("journeys/", import.meta.url);
for (const name of readdirSync(folder).filter((one) => one.endsWith(".test.mjs") && one.includes(process.env.ONLY ?? "")).sort()) await import(new URL(name, folder).href);
