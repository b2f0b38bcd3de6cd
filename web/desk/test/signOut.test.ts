/** After a person signed out nothing of customers is left in the browser, and nothing in the page for who comes next. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Shelf } from "./shelf";
// The parts of the screen take their time to load; it is no test's.
import "antd";

let shelf: Shelf;

beforeEach(() => {
  shelf = new Shelf();
  vi.stubGlobal("localStorage", shelf);
  vi.resetModules();
});
afterEach(() => vi.unstubAllGlobals());

const upload = {
  id: "upl_1", as: "customers", remembered_mapping: null, preview: [["李秀英", "13800001234"]],
  suggested_mapping: { kind: "customers", columns: [{ heading: "手机", samples: ["13800001234"], target: "phone", fact_type: null, confidence: 1, why: "", day_order: "ymd" }] },
} as never;

test("an import that was being prepared goes with the person", async () => {
  const { begun, draft } = await import("../src/intake/draft");
  const { forgetOwn } = await import("../src/frame/store");
  draft.change(() => begun(upload, "名单.csv"));
  expect(JSON.stringify(shelf)).toContain("李秀英");
  forgetOwn();
  expect(JSON.stringify(shelf)).toBe("{}");
  expect(draft.now()).toBeNull();
});

test("notes that were begun go, also those of an earlier desk, and so do the things of somebody whose session ran out", async () => {
  const { welcome } = await import("../src/frame/session");
  const me = (id: string) => ({ id, preferences: {} }) as never;
  welcome(me("stf_1"));
  for (const place of ["tend.own.note.cus_1", "tend.note.cus_1", "tend.own.my-day"]) shelf[place] = "李秀英";
  welcome(me("stf_1"));
  expect(JSON.stringify(shelf)).toContain("李秀英");
  welcome(me("stf_2"));
  expect(JSON.stringify(shelf)).not.toContain("李秀英");
});

test("what was kept and is broken is as if it had not been kept", async () => {
  const { myDayQuery } = await import("../src/work/queries");
  shelf["tend.own.my-day"] = "{broken";
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no line")));
  const ask = myDayQuery("2026-11-23").queryFn as (context: { signal: AbortSignal }) => Promise<unknown>;
  await expect(ask({ signal: new AbortController().signal })).rejects.toMatchObject({ status: 0 });
});

test("the session is over when the server says so, or knows it no longer; without a line nobody is signed out", async () => {
  const { endSession } = await import("../src/frame/session");
  const client = { getQueryData: () => ({ id: "stf_1" }) } as never;
  const answer = (given: Response | Error) => vi.stubGlobal("fetch", () => (given instanceof Error ? Promise.reject(given) : Promise.resolve(given)));
  answer(Response.json({ end_url: "https://sso.example.com/out" }));
  expect(await endSession(client)).toBe("https://sso.example.com/out");
  answer(new Response(null, { status: 204 }));
  expect(await endSession(client)).toBe("/sign-in");
  answer(Response.json({ code: "not_signed_in" }, { status: 401 }));
  expect(await endSession(client)).toBe("/sign-in");
  answer(Response.json({ code: "internal" }, { status: 500 }));
  await expect(endSession(client)).rejects.toMatchObject({ status: 500 });
  vi.useFakeTimers();
  answer(new TypeError("Failed to fetch"));
  const lost = expect(endSession(client)).rejects.toMatchObject({ code: "connection_lost" });
  await vi.advanceTimersByTimeAsync(10_000);
  await lost;
  vi.useRealTimers();
});
