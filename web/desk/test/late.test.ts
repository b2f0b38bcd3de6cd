/** What was recorded without a line waits in order, once for each work order, and only for its own person. */
import { afterEach, expect, test, vi } from "vitest";
import { carriedOut, dropLate, keepLate, late, lateOf, sendLate, takeBackLate } from "../src/frame/late";

const entry = (touch: string, staff = "stf_1") => ({ staff, touch, customer: { id: "cus_1", name: "李秀英" }, code: "paid", title: "已缴费" });
/** What the server says of a work order that 王芳 closed with a code. */
const pageOf = ({ code = "paid", staff = "stf_1", note, at = new Date().toISOString() }: { code?: string; staff?: string; note?: string; at?: string }) => ({ touch: { outcome_code: code }, history: [{ staff_id: staff, code, note, at }] });
const client = { getQueryData: () => ({ id: "stf_1" }), invalidateQueries: vi.fn() } as never;

afterEach(() => {
  late.change(() => []);
  vi.useRealTimers();
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
  const answers = [new Response(null, { status: 204 }), Response.json({ code: "touch_closed", title: "closed" }, { status: 409 }), Response.json(pageOf({ code: "refused" })), new Response("", { status: 503 })];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    sent.push((init.headers as Record<string, string>)["idempotency-key"] ?? `asked ${url}`);
    return Promise.resolve(answers.shift());
  });
  await sendLate(client);
  expect(sent).toEqual(["k1", "k2", "asked /api/touches/tch_2", "k3"]);
  const { waiting, refused } = lateOf(late.now(), "stf_1");
  expect(waiting.map((one) => one.key)).toEqual(["k3"]);
  expect(refused.map((one) => one.refused?.code)).toEqual(["touch_closed"]);
});

/** Answers in turn; what is asked beyond them fails the test. */
function answered(...answers: (Response | Error)[]) {
  const bodies: unknown[] = [];
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    if (init.body) bodies.push(JSON.parse(init.body as string));
    const next = answers.shift();
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  return bodies;
}
const refusal = (status: number, code: string, params = {}) => Response.json({ code, title: code, params }, { status });

test("a program without a place for it is no refusal: it is sent again after the time that the program names", async () => {
  vi.useFakeTimers();
  keepLate(entry("tch_1"), "k1");
  answered(refusal(429, "too_many_requests", { seconds: 7 }), new Response(null, { status: 204 }));
  await sendLate(client);
  const waiting = () => lateOf(late.now(), "stf_1");
  expect([waiting().waiting.length, waiting().refused.length]).toEqual([1, 0]);
  await vi.advanceTimersByTimeAsync(6_900);
  expect(waiting().waiting).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(late.now()).toEqual([]);
});

test.each(["already_carried_out", "touch_changed", "touch_closed"])("%s: what stands there as the person gave it is settled as sent", async (code) => {
  keepLate({ ...entry("tch_1"), note: "约月底" }, "k1");
  answered(refusal(409, code), Response.json(pageOf({ note: "约月底" })));
  await sendLate(client);
  expect(late.now()).toEqual([]);
});

test("a key that was first sent without the time of the contact is asked about too", async () => {
  keepLate(entry("tch_1"), "k1");
  const bodies = answered(refusal(422, "idempotency_key_reused"), Response.json(pageOf({})));
  await sendLate(client);
  expect(late.now()).toEqual([]);
  expect(bodies).toMatchObject([{ code: "paid", happened_at: expect.stringMatching(/^\d{4}-.*Z$/) }]);
});

test("what somebody else did, or another result, or an older contact of the customer is not one's own", () => {
  keepLate({ ...entry("tch_1"), note: "约月底" }, "k1", new Date("2026-11-30T02:00:00Z"));
  const [one] = late.now();
  const own = { note: "约月底", at: "2026-11-30T02:00:05Z" };
  expect(carriedOut(pageOf(own), one!)).toBe(true);
  expect(carriedOut(pageOf({ ...own, staff: "stf_2" }), one!)).toBe(false);
  expect(carriedOut(pageOf({ ...own, code: "refused" }), one!)).toBe(false);
  expect(carriedOut(pageOf({ ...own, note: "" }), one!)).toBe(false);
  expect(carriedOut(pageOf({ ...own, at: "2026-11-29T02:00:00Z" }), one!)).toBe(false);
});

test("a refusal that the line breaks off while it is asked about stays undecided", async () => {
  keepLate(entry("tch_1"), "k1");
  answered(refusal(409, "touch_changed"), new TypeError("Failed to fetch"));
  vi.useFakeTimers();
  await sendLate(client);
  expect(lateOf(late.now(), "stf_1").waiting).toHaveLength(1);
  vi.clearAllTimers();
});

test("what is taken back while it waits is not sent, also behind one that is on its way", async () => {
  for (const n of [1, 2]) keepLate(entry(`tch_${n}`), `k${n}`);
  const sent: string[] = [];
  let arrive = (_: Response) => {};
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    sent.push((init.headers as Record<string, string>)["idempotency-key"]!);
    return new Promise<Response>((answer) => (arrive = answer));
  });
  const all = sendLate(client);
  expect(await takeBackLate("k2")).toBe("here");
  arrive(new Response(null, { status: 204 }));
  await all;
  expect(sent).toEqual(["k1"]);
});

test("what went out meanwhile is the server's to take back; one on its way is waited for", async () => {
  keepLate(entry("tch_1"), "k1");
  let arrive = (_: Response) => {};
  vi.stubGlobal("fetch", () => new Promise<Response>((answer) => (arrive = answer)));
  const all = sendLate(client);
  const taken = takeBackLate("k1");
  arrive(new Response(null, { status: 204 }));
  expect(await taken).toBe("sent");
  await all;
  expect(await takeBackLate("k1")).toBe("sent");
});

test("one that the line broke off is still here, and can be taken back here", async () => {
  keepLate(entry("tch_1"), "k1");
  answered(refusal(503, "http_503"));
  vi.useFakeTimers();
  const all = sendLate(client);
  expect(await takeBackLate("k1")).toBe("here");
  await all;
  expect(late.now()).toEqual([]);
  vi.clearAllTimers();
});
