/** What the palette offers to do: by right, by what is chosen already, and by words of both languages. */
import { expect, test } from "vitest";
import { type Asker, deedsFor } from "../src/frame/deeds";
import { over } from "../src/frame/over";

const hq: Asker = {
  me: { permissions: ["customers.edit", "batches.import", "plans.edit"], seat: "head_office" } as unknown as Asker["me"],
  look: { language: "zh", theme: "system", density: "comfortable", keys: "on" },
  shade: "light",
  room: "wide",
};
const names = (text: string, asker = hq) => deedsFor(text, asker).map((deed) => deed.name);

test("each deed is found by words of both languages, whatever language is chosen", () => {
  for (const [text, name] of [["深色", "dark"], ["dark", "dark"], ["theme dark", "dark"], ["退出", "out"], ["log out", "out"], ["新建客户", "customer"], ["new customer", "customer"], ["导入", "import"], ["excel", "import"], ["new plan", "plan"], ["english", "language"], ["中文", "language"], ["紧凑", "compact"], ["shortcuts", "sheet"], ["密码", "account"]]) {
    expect(names(text!), text).toContain(name);
  }
  expect(names("li xiuying")).toEqual([]);
  expect(names("")).toEqual(["customer", "import", "plan", "dark", "language", "compact", "sheet", "keysOff", "account", "out"]);
});

test("what a person may not do, or has already, is not offered", () => {
  const branch = { ...hq, me: { ...hq.me, seat: "below" } } as unknown as Asker;
  expect(names("", branch)).not.toContain("plan");
  const maintainer = { ...hq, me: { permissions: ["customers.edit"], seat: "below" } } as unknown as Asker;
  expect(names("", maintainer).slice(0, 2)).toEqual(["customer", "dark"]);
  expect(names("", { ...hq, room: "phone" }).slice(0, 1)).toEqual(["dark"]);
  const dark: Asker = { ...hq, shade: "dark", look: { language: "en", theme: "dark", density: "compact", keys: "off" } };
  expect(names("", dark)).toEqual(["customer", "import", "plan", "light", "system", "language", "comfortable", "sheet", "keysOn", "account", "out"]);
});

test("a deed does what it says", () => {
  const done: unknown[] = [];
  const hands = { go: (to: string) => done.push(to), remember: (change: object) => done.push(change), signOut: () => done.push("out"), sheet: () => done.push("sheet") };
  for (const deed of deedsFor("", hq)) deed.run(hands, hq);
  expect(done).toEqual(["/batches/new", { theme: "dark" }, { language: "en" }, { density: "compact" }, "sheet", { keys: "off" }, "/settings?part=account", "out"]);
  expect(over.now()).toBe("plan");
});
