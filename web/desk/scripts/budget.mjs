/**
 * The size budgets of the desk (DESK.md, Tokens): brotli bytes of the shell and of what each route adds.
 * Reads the manifest that `npm run build` wrote; the last line is one JSON object.
 */
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";

const SHELL_MAX = 230 * 1024;
const ROUTE_MAX = 150 * 1024;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

/** Every file that a piece needs: itself, its styles, and all it imports at once. */
function files(name, found = new Set()) {
  const piece = manifest[name];
  if (!piece || found.has(piece.file)) return found;
  found.add(piece.file);
  for (const style of piece.css ?? []) found.add(style);
  for (const needed of piece.imports ?? []) files(needed, found);
  return found;
}
const bytes = (names) => [...names].reduce((sum, name) => sum + brotliCompressSync(readFileSync(new URL(name, dist))).length, 0);

const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
const shell = files(entry);
const shellBytes = bytes(shell) + brotliCompressSync(readFileSync(new URL("index.html", dist))).length;
const routes = {};
for (const name of Object.keys(manifest).filter((n) => manifest[n].isDynamicEntry && n.startsWith("src/"))) {
  routes[name.replace(/^src\//, "").replace(/\.tsx?$/, "")] = bytes([...files(name)].filter((file) => !shell.has(file)));
}
const over = Object.entries(routes).filter(([, size]) => size > ROUTE_MAX).map(([name]) => name);
if (shellBytes > SHELL_MAX) over.unshift("shell");
for (const [name, size] of [["shell", shellBytes], ...Object.entries(routes)]) console.error(`${String(Math.round(size / 102.4) / 10).padStart(7)} KB  ${name}`);
console.log(JSON.stringify({ shell_bytes: shellBytes, shell_bytes_max: SHELL_MAX, route_bytes_max: ROUTE_MAX, routes, over }));
process.exit(over.length > 0 ? 1 : 0);
