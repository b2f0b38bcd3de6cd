/** Every address of the desk, read from where the desk itself names them, so that a new screen cannot be left out of a walk over all. */
import { readFileSync } from "node:fs";

const read = (path) => readFileSync(new URL(`../src/${path}`, import.meta.url), "utf8");
const all = (text, pattern) => [...text.matchAll(pattern)].map((found) => found[1]);

/** `/customers/$id`, `/settings?part=units`, `/settings?part=rights&of=keep` … */
export const ADDRESSES = [
  ...all(read("routes.tsx"), /\bat\("([^"]+)"/g).filter((path) => path !== "/settings"),
  ...all(read("plan/PlansPage.tsx"), /key: "([\w-]+)", label:/g).filter((part) => part !== "plans").map((part) => `/plans?part=${part}`),
  ...all(read("work/BoardPage.tsx"), /value: "(\w+)", label: words/g).filter((look) => look !== "state").map((look) => `/board?look=${look}`),
  ...all(read("org/SettingsPage.tsx"), /key: "([\w-]+)", label:/g).map((part) => `/settings?part=${part}`),
  ...all(read("rights/RightsSettings.tsx"), /key: "([\w-]+)", label:/g).map((of) => `/settings?part=rights&of=${of}`),
];

/** What of it a list of paths does not visit; ids may stand for `$id`, and a part of a page for the page. */
export function unvisited(paths) {
  const visited = new Set(paths.flatMap((path) => {
    const plain = path.replace(/\/[a-z]{3}_[^/?]+/g, "/$id");
    return [plain, ...(plain.startsWith("/settings") ? [plain.split("&")[0]] : [plain.split("?")[0]])];
  }));
  return ADDRESSES.filter((address) => !visited.has(address));
}
