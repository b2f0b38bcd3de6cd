/** The journeys of the desk, one numbered file each in `journeys/`, over one sample firm, one program and one browser. `ONLY=05,16` runs some. */
import { run } from "./journeys/all.mjs";

await run((name) => /^\d/.test(name));
