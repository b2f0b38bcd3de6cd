/** What must hold of every screen, and rooms walked through by themselves: the files of `journeys/` without a number, over a firm of their own. */
import { run } from "./journeys/all.mjs";

await run((name) => !/^\d/.test(name));
