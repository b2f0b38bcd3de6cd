/** Enter in the palette before the answer: what was typed counts, and what was pointed at. */
import { expect, test } from "vitest";
import { heldAt, meant } from "../src/frame/held";

const row = (id: string, group = "people") => ({ group, id });

test("nobody pointed anywhere: the first hit of the typed text, not of the letters before", () => {
  const held = heldAt([row("cus_old")], 0);
  expect(meant([row("cus_new"), row("cus_old")], held)?.id).toBe("cus_new");
  expect(meant([], held)).toBeUndefined();
});

test("a row that was pointed at is that row, wherever it stands then, and no other one", () => {
  const held = heldAt([row("cus_1"), row("board", "screens")], 1);
  expect(meant([row("cus_2"), row("cus_3"), row("board", "screens")], held)?.id).toBe("board");
  expect(meant([row("cus_2"), row("board")], held)).toBeUndefined();
});
