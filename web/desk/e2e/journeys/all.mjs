/** Runs the files of this folder that are wanted, in the order of their names. Two such runs go on side by side, each with a firm of its own. */
import { readdirSync } from "node:fs";

const ONLY = (process.env.ONLY ?? "").split(",");

export async function run(wanted) {
  const files = readdirSync(new URL(".", import.meta.url)).filter((one) => one.endsWith(".test.mjs"));
  for (const name of files.filter(wanted).filter((one) => ONLY.some((part) => one.includes(part))).sort()) await import(new URL(name, import.meta.url).href);
}
