/** Which kept answers a piece of news makes stale. */
import { expect, test } from "vitest";
import { staleBy } from "../src/frame/live";

test("news of a touch refreshes work, its batch and its customer only; a statement stands still", () => {
  const keys = staleBy("touch", { customer_id: "cus_1" }).map((key) => key.join("/"));
  expect(keys).toContain("work");
  expect(keys).toContain("intake/batch");
  expect(keys).not.toContain("report");
  expect(keys).toContain("customer/one/cus_1");
  expect(keys).not.toContain("customer");
});

test("news that nobody knows refreshes nothing", () => {
  expect(staleBy("weather", {})).toEqual([]);
});

test("a note makes the customer's page and story stale, and nobody else's", () => {
  const keys = staleBy("customer", { kind: "noted", customer_id: "cus_1" }).map((key) => key.join("/"));
  expect(keys).toContain("customer/one/cus_1");
  expect(keys).not.toContain("customer");
});

test("how far an import is refreshes its figures only, its end everything that counts batches", () => {
  expect(staleBy("batch", { kind: "progress", id: "bat_1" })).toEqual([["intake", "batch", "bat_1"], ["intake", "batches"]]);
  expect(staleBy("batch", { kind: "imported", id: "bat_1" })).toEqual([["intake"], ["work"]]);
  expect(staleBy("upload", { kind: "checked", id: "upl_1" })).toEqual([["intake", "check", "upl_1"]]);
});

test("how far a rehearsal or a comparison of plans is refreshes nothing", () => {
  expect(staleBy("plan", { kind: "rehearsed", id: "5/90" })).toEqual([]);
  expect(staleBy("plan", { kind: "compared", id: "3/14" })).toEqual([]);
  expect(staleBy("plan", { kind: "published" })).toEqual([["plan"], ["work"]]);
});
