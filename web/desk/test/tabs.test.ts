/** Tabs: one for each address, twelve at most, the neighbour comes to the front. */
import { expect, test } from "vitest";
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
