/**
 * Runs the browser tests, two files side by side. With `WALK_AGAIN=1` the journeys that failed are walked once more, by
 * themselves over a fresh firm, and those that are heard to pass then are told as unsteady: a busy machine must not refuse
 * a change, and nothing that fails may go untold. More than `BAD_LUCK` at once are no bad luck, nor is anything that failed
 * outside a journey, and a file of which nothing was heard has failed.
 */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { run } from "node:test";
import { tap } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const BAD_LUCK = 3;
const HERE = fileURLToPath(new URL(".", import.meta.url));
const files = (folder) => readdirSync(join(HERE, folder)).filter((one) => one.endsWith(".test.mjs"));
const ENTRIES = files(".");
const JOURNEYS = files("journeys");

/** Walks the entries; answers with the journeys that passed and what failed, each by its name and file. */
function walk(entries) {
  const heard = { passed: [], failed: [] };
  const note = (list) => ({ name, file, details }) => details.error?.failureType !== "subtestsFailed" && list.push({ name, file: basename(file ?? name) });
  // An entry that holds a failed journey is told of as failed too; what counts is the journey.
  const stream = run({ files: entries.map((one) => join(HERE, one)), concurrency: 2 }).on("test:pass", note(heard.passed)).on("test:fail", note(heard.failed));
  return new Promise((end) => stream.compose(tap).on("end", () => end(heard)).pipe(process.stdout));
}

/** The journeys' files that were wanted and of which nothing was heard: their entry broke off before. */
function unheard({ passed, failed }) {
  const wanted = (process.env.ONLY ?? "").split(",");
  const known = new Set([...passed, ...failed].map(({ file }) => file));
  return JOURNEYS.filter((file) => wanted.some((part) => file.includes(part)) && !known.has(file)).map((file) => ({ name: "nothing was heard of it", file }));
}

/** The entry that runs a journey's file: see journeys/all.mjs. */
const entryOf = (file) => (/^\d/.test(file) ? "journeys.test.mjs" : "screens.test.mjs");

async function again(failed) {
  process.env.ONLY = [...new Set(failed.map(({ file }) => file))].join(",");
  console.log(`# once more: ${process.env.ONLY}`);
  const second = await walk([...new Set(failed.map(({ file }) => entryOf(file)))]);
  const isAmong = (list) => (one) => list.some((other) => other.name === one.name && other.file === one.file);
  const isMended = isAmong(second.passed);
  for (const { name } of failed.filter(isMended)) console.log(`# UNSTEADY: failed at first and passed by itself: ${name}`);
  return [...failed.filter((one) => !isMended(one)), ...second.failed.filter((one) => !isAmong(failed)(one))];
}

const first = await walk(ENTRIES);
const failed = [...first.failed, ...unheard(first)];
const mayBeLuck = failed.length > 0 && failed.length <= BAD_LUCK && failed.every(({ file }) => JOURNEYS.includes(file));
const red = process.env.WALK_AGAIN && mayBeLuck ? await again(failed) : failed;
for (const { name, file } of red) console.log(`# FAILED: ${name} (${file})`);
process.exitCode = red.length > 0 ? 1 : 0;
