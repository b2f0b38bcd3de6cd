/**
 * Runs the browser tests, two files side by side. With `WALK_AGAIN=1` the journeys that failed are walked once more, by
 * themselves over a fresh firm, and what passes then is told as unsteady: a busy machine must not refuse a change, and
 * nothing that fails may go untold. More than `BAD_LUCK` at once are no bad luck.
 */
import { basename, join } from "node:path";
import { run } from "node:test";
import { tap } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const BAD_LUCK = 3;
const HERE = fileURLToPath(new URL(".", import.meta.url));
const MAIN_JOB = "walk.test.mjs";
const ENTRIES = ["journeys.test.mjs", "screens.test.mjs", MAIN_JOB];

/** Walks the entries, and answers with what failed: the name of each journey and the file it stands in. */
function walk(entries) {
  const failed = [];
  const stream = run({ files: entries.map((one) => join(HERE, one)), concurrency: 2 });
  // A file that holds a failed journey is told of as failed too; what counts is the journey.
  stream.on("test:fail", ({ name, file, details }) => details.error?.failureType !== "subtestsFailed" && failed.push({ name, file: basename(file ?? name) }));
  return new Promise((end) => stream.compose(tap).on("end", () => end(failed)).pipe(process.stdout));
}

/** The entry that holds a journey's file. */
const entryOf = (file) => (ENTRIES.includes(file) ? file : /^\d/.test(file) ? ENTRIES[0] : ENTRIES[1]);

async function again(failed) {
  process.env.ONLY = [...new Set(failed.map(({ file }) => file).filter((file) => !ENTRIES.includes(file)))].join(",");
  console.log(`# once more: ${process.env.ONLY}`);
  const still = await walk([...new Set(failed.map(({ file }) => entryOf(file)))]);
  for (const { name } of failed.filter((one) => !still.some((other) => other.name === one.name))) console.log(`# UNSTEADY: failed at first and passed by itself: ${name}`);
  return still;
}

const first = await walk(ENTRIES);
const failed = process.env.WALK_AGAIN && first.length > 0 && first.length <= BAD_LUCK ? await again(first) : first;
for (const { name, file } of failed) console.log(`# FAILED: ${name} (${file})`);
process.exitCode = failed.length > 0 ? 1 : 0;
