/** What was written of a process and not published waits in the browser, and goes with its writer. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Shelf } from "./shelf";
import type { ProcessPage } from "../src/trace/queries";

let shelf: Shelf;
beforeEach(() => {
  shelf = new Shelf();
  vi.stubGlobal("localStorage", shelf);
  vi.resetModules();
});
afterEach(() => vi.unstubAllGlobals());

const life = { key: "life", version: 2, versions: [{ version: 1 }, { version: 2 }], text: 'key = "life"\nversion = 2\n' } as unknown as ProcessPage;

test("an unpublished text is there again, one for each version, and goes when it is published or as it was", async () => {
  const { drop, firstText, keep, waiting } = await import("../src/trace/processDraft");
  keep(life, "mine");
  keep("new", "another");
  expect([waiting(life), waiting("new")]).toEqual(["mine", "another"]);
  expect(waiting({ ...life, version: 3 })).toBeNull();
  keep("new", firstText("new"));
  drop(life);
  expect(JSON.stringify(shelf)).toBe("{}");
});

test("nothing of it is left after a person signed out, nor of an earlier desk", async () => {
  const { keep, waiting } = await import("../src/trace/processDraft");
  const { forgetOwn } = await import("../src/frame/store");
  keep(life, "mine");
  keep("new", "another");
  for (const place of ["tend.process", "tend.process.life.3"]) shelf[place] = "of an earlier desk";
  forgetOwn();
  expect(waiting(life)).toBeNull();
  expect(JSON.stringify(shelf)).toBe("{}");
});

test("a browser that keeps nothing lets one write all the same", async () => {
  const { drop, keep, waiting } = await import("../src/trace/processDraft");
  const full = () => { throw new DOMException("full", "QuotaExceededError"); };
  vi.stubGlobal("localStorage", { getItem: full, setItem: full, removeItem: full });
  keep(life, "mine");
  drop(life);
  expect(waiting(life)).toBeNull();
});
