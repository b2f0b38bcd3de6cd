/** Which kept answers a piece of news makes stale. */
import { expect, test } from "vitest";
import { staleBy } from "../src/frame/live";

test("news of a touch refreshes work, statements and its customer only", () => {
  const keys = staleBy("touch", { customer_id: "cus_1" }).map((key) => key.join("/"));
  expect(keys).toContain("work");
  expect(keys).toContain("report");
  expect(keys).toContain("customer/one/cus_1");
  expect(keys).not.toContain("customer");
});

test("news that nobody knows refreshes nothing", () => {
  expect(staleBy("weather", {})).toEqual([]);
});
