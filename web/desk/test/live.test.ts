/** Which kept answers a piece of news makes stale. */
import { afterEach, expect, test, vi } from "vitest";
import { joinLive, staleBy } from "../src/frame/live";
import { batchChoicesQuery } from "../src/intake/queries";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

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

test("how far an import is does not fetch every batch for those who choose among them", () => {
  const makes = (kind: string) => staleBy("batch", { kind, id: "bat_1" }).some((key) => key.every((part, at) => part === batchChoicesQuery.queryKey[at]));
  expect([makes("progress"), makes("imported")]).toEqual([false, true]);
});

test("how far a rehearsal or a comparison of plans is refreshes nothing", () => {
  expect(staleBy("plan", { kind: "rehearsed", id: "5/90" })).toEqual([]);
  expect(staleBy("plan", { kind: "compared", id: "3/14" })).toEqual([]);
  expect(staleBy("plan", { kind: "published" })).toEqual([["plan"], ["work"]]);
});

test("a stream that is refused again asks who is signed in; one that broke once, or has no line, does not", () => {
  vi.useFakeTimers();
  const streams: { onerror?: () => void }[] = [];
  class Stream {
    onerror?: () => void;
    constructor() {
      streams.push(this);
    }
    addEventListener() {}
    close() {}
  }
  const browser = { onLine: true };
  for (const [name, stub] of Object.entries({ EventSource: Stream, navigator: browser, addEventListener: () => {}, removeEventListener: () => {} })) vi.stubGlobal(name, stub);
  const client = { invalidateQueries: vi.fn(() => Promise.resolve()) };
  const leave = joinLive(client as never);
  streams.at(-1)?.onerror?.();
  expect(client.invalidateQueries).not.toHaveBeenCalled();
  vi.advanceTimersByTime(500);
  expect(streams).toHaveLength(2);
  streams.at(-1)?.onerror?.();
  expect(client.invalidateQueries.mock.calls).toEqual([[{ queryKey: ["org", "me"] }]]);
  browser.onLine = false;
  vi.advanceTimersByTime(1_000);
  streams.at(-1)?.onerror?.();
  expect(client.invalidateQueries).toHaveBeenCalledOnce();
  leave();
});
