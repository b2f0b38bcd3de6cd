/** Many moves go in calls of what one takes, and what never went is missed by nobody. */
import { afterEach, expect, test, vi } from "vitest";
import { leftBehind, makeMoves, MOVES_MAX, reasonsOf } from "../src/work/moves";

afterEach(() => vi.unstubAllGlobals());

test("a proposal of more than one call takes goes in several, and their answers are one", async () => {
  const asked: number[] = [];
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    const { moves } = JSON.parse(init.body as string) as { moves: { touch_id: string }[] };
    asked.push(moves.length);
    return Promise.resolve(Response.json({ moved: moves.slice(1).map((one) => ({ id: one.touch_id })), refused: [{ touch_id: moves[0]?.touch_id, code: "touch_changed", title: "刚被改动。" }] }));
  });
  const wishes = Array.from({ length: MOVES_MAX + 3 }, (_, n) => ({ touch_id: `tch_${n}`, version: 1, staff_id: "stf_1" }));
  const { moved, refused } = await makeMoves(wishes, String);
  expect(asked).toEqual([MOVES_MAX, 3]);
  expect([moved.length, refused.length]).toEqual([MOVES_MAX + 1, 2]);
  expect(reasonsOf(refused)).toBe("刚被改动。");
});

test("what was moved before a later call failed is answered, and the rest is told", async () => {
  let calls = 0;
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    const { moves } = JSON.parse(init.body as string) as { moves: { touch_id: string }[] };
    calls += 1;
    if (calls > 1) return Promise.resolve(Response.json({ code: "touch_gone", title: "没有了。" }, { status: 409 }));
    return Promise.resolve(Response.json({ moved: moves.map((one) => ({ id: one.touch_id })), refused: [] }));
  });
  const wishes = Array.from({ length: 2 * MOVES_MAX + 3 }, (_, n) => ({ touch_id: `tch_${n}`, version: 1, staff_id: "stf_1" }));
  const { moved, refused } = await makeMoves(wishes, () => "没有了。");
  expect([calls, moved.length, refused.length]).toEqual([2, MOVES_MAX, MOVES_MAX + 3]);
  expect(refused[0]).toEqual({ touch_id: `tch_${MOVES_MAX}`, code: "touch_gone", title: "没有了。" });
  calls = 1;
  await expect(makeMoves(wishes, () => "没有了。")).rejects.toMatchObject({ code: "touch_gone" });
});

test("one that stands as before was never handed out; one that went on since is told", () => {
  const wishes = [{ touch_id: "tch_1", version: 4 }, { touch_id: "tch_2", version: 4 }, { touch_id: "tch_3", version: 4 }];
  const refused = [{ touch_id: "tch_1", touch: { version: 3 } }, { touch_id: "tch_2", touch: { version: 5 } }, { touch_id: "tch_3", touch: null }] as never;
  expect(leftBehind(refused, wishes).map((one) => one.touch_id)).toEqual(["tch_2", "tch_3"]);
});
