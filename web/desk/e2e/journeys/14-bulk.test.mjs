/**
 * Journey 14. Given a list; when HQ labels all that match and stops half way; then some bear the label and the others do not;
 * when it is undone, nobody bears it.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, eventually, loose, person, send } from "../world.mjs";

const ENDED = ["stopped", "done", "failed", "undone"];

test("14 a label on all that match, stopped half way and undone (en)", async () => {
  const hq = await person("hq", "en");
  const label = await send(hq, "POST", "/api/labels", { key: "half_way", title_zh: "半路标签", title_en: "Half way", family: "test", colour: "#3d5afe", set_by: "anyone" });
  assert.ok(label.status < 300, JSON.stringify(label.body));
  const bearers = async () => (await ask(hq, "/api/customers?label=half_way&limit=1")).about;
  await hq.open("/customers");
  let edit;
  const tries = [];
  // Nothing may be done yet when Stop is pressed, or everything: then the same once more, pressed between what was too soon and what was too late.
  let [soon, late] = [0, null];
  for (let pause = 0; tries.length < 12 && !edit; ) {
    await hq.locator(".grid-row").first().waitFor();
    await hq.locator(".grid-row input[type=checkbox]").first().check();
    await hq.getByRole("button", { name: /Choose all .* that match/ }).click();
    await hq.getByRole("button", { name: "Bulk edit…" }).click();
    const dialog = hq.getByRole("dialog");
    await dialog.getByRole("combobox").click();
    await hq.keyboard.type("Half way");
    await hq.locator(".ant-select-item-option").filter({ hasText: "Half way" }).click();
    await dialog.getByText(/Changes .* customers/).waitFor();
    await dialog.locator(".ant-modal-footer .ant-btn-primary").click();
    await hq.waitForURL(/bulk=/);
    const id = new URL(hq.url()).searchParams.get("bulk");
    const now = () => ask(hq, `/api/bulk-edits/${id}`);
    await hq.waitForTimeout(pause);
    await hq.getByRole("button", { name: "Stop", exact: true }).dispatchEvent("click", {}, { timeout: 2_000 }).catch(() => undefined);
    const ended = await eventually(async () => { const one = await now(); return ENDED.includes(one.state) ? one : null; }, 60_000);
    tries.push(`after ${pause} ms ${ended.changed} of ${ended.total}`);
    if (ended.changed === 0) soon = pause;
    else late = pause;
    pause = late === null ? 2 * soon + 40 : Math.floor((soon + late) / 2);
    if (ended.state === "stopped" && ended.changed > 0 && ended.changed < ended.total) { edit = ended; break; }
    if (ended.changed > 0) {
      await send(hq, "POST", `/api/bulk-edits/${id}/undo`, {});
      await eventually(async () => (await now()).state === "undone", 60_000);
    }
    await hq.open("/customers");
  }
  assert.ok(edit, `it was never stopped half way: ${tries.join(", ")}`);
  assert.ok(edit.changed > 0 && edit.changed < edit.total);
  assert.equal(await bearers(), edit.changed);
  await hq.getByRole("button", { name: "Undo all" }).click();
  await hq.locator(".ant-popconfirm, .ant-popover").getByRole("button", { name: loose("Undo") }).last().click();
  await eventually(async () => (await ask(hq, `/api/bulk-edits/${edit.id}`)).state === "undone", 60_000);
  assert.equal(await bearers(), 0);
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});
