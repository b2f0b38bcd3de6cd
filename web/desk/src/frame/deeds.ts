/** What can be done from every page, in one list: the palette offers what the person may do, by words of both languages. */
import { deedWords } from "../words/deed";
import { over } from "./over";
import { PATHS } from "./navigation";
import type { Preferences } from "./preferences";
import type { Me } from "./shapes";

type DeedName = keyof typeof deedWords.zh.names;

/** Who asks, and how the desk looks now: a choice that is taken already is not offered. */
export interface Asker {
  readonly me: Pick<Me, "permissions" | "seat">;
  readonly look: Preferences;
  readonly shade: "light" | "dark";
  /** On a phone nothing is begun that needs a desk. */
  readonly room: "wide" | "phone";
}

/** What the frame does for a deed. */
export interface Hands {
  readonly go: (to: string) => void;
  readonly remember: (change: Partial<Preferences>) => void;
  readonly signOut: () => void;
  readonly sheet: () => void;
}

interface Deed {
  readonly name: DeedName;
  readonly offered: (asker: Asker) => boolean;
  readonly run: (hands: Hands, asker: Asker) => void;
}

const always = () => true;
const may = (right: Me["permissions"][number]) => ({ me, room }: Asker) => room === "wide" && me.permissions.includes(right);

const DEEDS: readonly Deed[] = [
  { name: "customer", offered: may("customers.edit"), run: () => over.change(() => "customer") },
  { name: "import", offered: may("batches.import"), run: ({ go }) => go(`${PATHS.batches}/new`) },
  // What holds in the whole firm is changed from head office (parts/HeadOffice.tsx).
  { name: "plan", offered: (asker) => may("plans.edit")(asker) && asker.me.seat === "head_office", run: () => over.change(() => "plan") },
  { name: "dark", offered: ({ shade }) => shade === "light", run: ({ remember }) => remember({ theme: "dark" }) },
  { name: "light", offered: ({ shade }) => shade === "dark", run: ({ remember }) => remember({ theme: "light" }) },
  { name: "system", offered: ({ look }) => look.theme !== "system", run: ({ remember }) => remember({ theme: "system" }) },
  { name: "language", offered: always, run: ({ remember }, { look }) => remember({ language: look.language === "zh" ? "en" : "zh" }) },
  { name: "compact", offered: ({ look }) => look.density !== "compact", run: ({ remember }) => remember({ density: "compact" }) },
  { name: "comfortable", offered: ({ look }) => look.density !== "comfortable", run: ({ remember }) => remember({ density: "comfortable" }) },
  { name: "sheet", offered: always, run: ({ sheet }) => sheet() },
  { name: "keysOff", offered: ({ look }) => look.keys === "on", run: ({ remember }) => remember({ keys: "off" }) },
  { name: "keysOn", offered: ({ look }) => look.keys === "off", run: ({ remember }) => remember({ keys: "on" }) },
  { name: "account", offered: always, run: ({ go }) => go(`${PATHS.settings}?part=account`) },
  { name: "out", offered: always, run: ({ signOut }) => signOut() },
];

/** The deeds that are offered for a text, in the order of the list. */
export function deedsFor(text: string, asker: Asker): readonly Deed[] {
  const said = ({ name }: Deed) => [deedWords.zh, deedWords.en].flatMap((words) => [words.names[name], words.also[name]]);
  return DEEDS.filter((deed) => deed.offered(asker) && saysAll(text, said(deed)));
}

/** Whether every word of the text stands somewhere in what is said of a thing; an empty text says nothing against it. */
export function saysAll(text: string, said: readonly string[]): boolean {
  const all = said.join("\n").toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}
