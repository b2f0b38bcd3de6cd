/** Whoever takes the removal of a saved view back has it again under its own address. */
import { afterEach, expect, test, vi } from "vitest";
import type { ViewRow } from "../src/frame/shapes";
import { bringBack } from "../src/customer/views";

afterEach(() => vi.unstubAllGlobals());

test("the removed view itself comes back, no copy of it", async () => {
  const sent: string[] = [];
  vi.stubGlobal("fetch", (url: string, { method }: RequestInit) => {
    sent.push(`${method} ${url}`);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
  await bringBack({ id: "vw_1", title: "金卡", pinned: true } as ViewRow);
  expect(sent).toEqual(["DELETE /api/views/vw_1/removal"]);
});
