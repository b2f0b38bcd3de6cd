/**
 * Journey 6. Given two people who may take one work order; when the first has taken it;
 * then the second is refused and told who has it, and the work order has one owner.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, busyDay, person, send } from "../world.mjs";

test("6 a work order that another took cannot be taken twice (en)", async () => {
  await busyDay(4);
  const first = await person("wang", "en");
  const second = await person("lead", "en");
  const mine = (await ask(first, "/api/my-day")).items.find((row) => row.state === "assigned");
  const took = await send(first, "POST", `/api/touches/${mine.id}/claim`, {});
  assert.ok(took.status < 300, JSON.stringify(took));
  const late = await send(second, "POST", `/api/touches/${mine.id}/claim`, {});
  assert.ok(late.status >= 400, `taken twice: ${late.status}`);
  assert.match(JSON.stringify(late.body), /王芳/);
  const now = await ask(first, `/api/touches/${mine.id}`);
  assert.equal(now.touch.owner.name, "王芳");
  await first.context().close();
  await second.context().close();
});
