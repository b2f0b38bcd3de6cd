/** Tabs: one for each address, twelve at most, the neighbour comes to the front. */
import { expect, test } from "vitest";
import { tabName } from "../src/frame/useTabName";
import { TABS_MAX, closed, opened, titled } from "../src/frame/tabs";

test("an address has one tab that remembers its query", () => {
  const once = opened([], "/customers", "/customers", 1);
  const again = opened(once, "/customers", "/customers?q=wang", 2);
  expect(again).toHaveLength(1);
  expect(again[0]!.href).toBe("/customers?q=wang");
});

test("the way in, which only leads on, is no tab", () => {
  expect(opened([], "/", "/", 1)).toEqual([]);
});

test("the tab longest unseen makes room", () => {
  let tabs = opened([], "/0", "/0", 0);
  for (let n = 1; n <= TABS_MAX; n += 1) tabs = opened(tabs, `/${n}`, `/${n}`, n);
  expect(tabs).toHaveLength(TABS_MAX);
  expect(tabs.some((tab) => tab.path === "/0")).toBe(false);
});

test("a closed tab gives way to its right neighbour, else to its left", () => {
  const tabs = ["/a", "/b", "/c"].reduce((all, path, n) => opened(all, path, path, n), [] as ReturnType<typeof opened>);
  expect(closed(tabs, "/b").next).toBe("/c");
  expect(closed(tabs, "/c").next).toBe("/b");
  expect(titled(tabs, "/a", "王芳")[0]!.title).toBe("王芳");
});

test("a tab that is not in front speaks the language that is chosen now", () => {
  const tabs = opened(opened([], "/batches/new", "/batches/new", 1), "/customers/cus_1", "/customers/cus_1", 2);
  const [wizard, customer] = titled(titled(tabs, "/batches/new", { zh: "导入", en: "Import" }), "/customers/cus_1", "王芳");
  expect([tabName(wizard!, "zh"), tabName(wizard!, "en"), tabName(customer!, "en")]).toEqual(["导入", "Import", "王芳"]);
  // A screen of the navigation, whatever the page itself called the tab.
  expect(tabName({ path: "/my-day", title: "我的一天" }, "en")).toBe("Today");
  // What is said again is no change: the bar is not drawn anew.
  const again = titled(tabs, "/batches/new", { zh: "导入", en: "Import" });
  expect(titled(again, "/batches/new", { zh: "导入", en: "Import" })).toBe(again);
});
