/** What was recorded without a line waits in order, once for each work order, and only for its own person. */
import { afterEach, expect, test, vi } from "vitest";
import { dropLate, keepLate, late, lateOf, sendLate } from "../src/frame/late";

const entry = (touch: string, staff = "stf_1") => ({ staff, touch, customer: { id: "cus_1", name: "李秀英" }, code: "paid", title: "已缴费" });
const client = { getQueryData: () => ({ id: "stf_1" }), invalidateQueries: vi.fn() } as never;

afterEach(() => {
  late.change(() => []);
  vi.unstubAllGlobals();
});

test("the last word on a work order counts, and each person has their own", () => {
  keepLate(entry("tch_1"), "k1");
  keepLate(entry("tch_2", "stf_2"), "k2");
  keepLate({ ...entry("tch_1"), code: "refused" }, "k3");
  expect(lateOf(late.now(), "stf_1").waiting.map((one) => [one.key, one.code])).toEqual([["k3", "refused"]]);
  dropLate("k3");
  expect(lateOf(late.now(), "stf_1").waiting).toHaveLength(0);
});

test("sending goes in order with the first keys, stops at a broken line and keeps what was refused", async () => {
  for (const n of [1, 2, 3]) keepLate(entry(`tch_${n}`), `k${n}`);
  const sent: string[] = [];
  const answers = [new Response(null, { status: 204 }), Response.json({ code: "touch_moved_on", title: "moved on" }, { status: 409 }), new Response("", { status: 503 })];
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    sent.push((init.headers as Record<string, string>)["idempotency-key"]!);
    return Promise.resolve(answers.shift());
  });
  await sendLate(client);
  expect(sent).toEqual(["k1", "k2", "k3"]);
  const { waiting, refused } = lateOf(late.now(), "stf_1");
  expect(waiting.map((one) => one.key)).toEqual(["k3"]);
  expect(refused.map((one) => one.refused?.code)).toEqual(["touch_moved_on"]);
});
