/**
 * Journey 12. Given a team that can do little in a day, and a plan whose text is changed so that it would call nearly everybody; when it is rehearsed; then
 * the map shows a team beyond what it can do on a day, beside what the published text asks; when the limits of the plan are
 * changed and it is rehearsed again, the map is cooler; nothing is written by either.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, loose, person, send } from "../world.mjs";

test("12 a rehearsal shows a team that is overloaded, and cools when the limit is changed (zh)", async (t) => {
  const admin = await person("admin", "zh");
  const everybody = (await ask(admin, "/api/staff?limit=200")).items;
  const team = everybody.filter((one) => one.role === "maintainer" && one.unit_id === everybody.find((other) => other.login === "wang").unit_id);
  const roomFor = async (most) => {
    for (const { id } of team) {
      const { version } = await ask(admin, `/api/staff/${id}`);
      const answer = await send(admin, "PATCH", `/api/staff/${id}`, { capacity_per_day: most }, { "if-match": `"${version}"` });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    }
  };
  await roomFor(3);
  t.after(async () => { await roomFor(team[0].capacity_per_day); await admin.context().close(); });
  const page = await person("hq", "zh");
  const plan = (await ask(page, "/api/plans")).items.find((one) => one.key === "birthday_gold");
  const before = await ask(page, "/api/touches?limit=1");
  await page.open(`/plans/${plan.id}`);
  const area = page.locator("textarea.plan-text");
  await area.waitFor();
  const text = await area.inputValue();
  const wide = text.replace(/^who = .*$/m, `who = '''lifecycle in ["new", "active", "lead"]'''`).replace(/^cap_30d = .*$/m, "cap_30d = 3").replace(/^cooldown_days = .*$/m, "cooldown_days = 1");
  assert.notEqual(wide, text);
  const part = page.locator(".rehearsal");
  const progress = part.locator("progress");
  let published;
  const rehearse = async (words) => {
    await area.fill(words);
    const heard = [];
    page.on("response", (answer) => answer.url().endsWith("/plans/rehearsal") && heard.push(answer.json()));
    await part.getByRole("button", { name: loose("预演") }).click();
    await progress.waitFor();
    await progress.waitFor({ state: "detached", timeout: 60_000 });
    await part.locator(".heat td").first().waitFor();
    page.removeAllListeners("response");
    const [draft, before] = await Promise.all(heard);
    published = before ?? published;
    return draft;
  };
  const sum = (all) => all.reduce((one, two) => one + two, 0);
  const row = (name) => part.locator(".rehearsal-sums tr", { hasText: name }).locator("td").allTextContents();
  const overDays = (found) => found.units.reduce((days, unit) => days + unit.load.filter((load) => load > unit.capacity).length, 0);

  const hot = await rehearse(wide);
  assert.equal(hot.touches.length, 90);
  assert.ok(overDays(hot) > 0, "the wide text overloads a team");
  assert.ok(sum(published.of_plan) < sum(hot.of_plan));
  assert.equal((await row("本计划的触达")).length, 3, "this text, the published one, the difference");
  assert.equal(await part.locator(".heat tbody tr").count(), Math.min(12, hot.people.length));
  const first = (await part.locator(".heat tbody tr").first().locator("td").allTextContents()).map((one) => Number(one || 0));
  assert.deepEqual(first, hot.people[0].load);
  await part.getByText("按机构").click();
  await part.locator(".heat tbody th", { hasText: hot.units[0].name }).first().waitFor();
  assert.equal(await part.locator(".heat td.over").count(), overDays({ units: hot.units.slice(0, 12) }));
  await part.getByText("按渠道").click();
  await part.locator(".heat tbody th", { hasText: "电话" }).waitFor();
  await part.getByText("按机构").click();
  await part.locator(".ant-segmented").last().getByText("已发布的第").click();
  const calm = await part.locator(".heat td.over").count();
  assert.equal(calm, overDays({ units: published.units.slice(0, 12) }));

  const cool = await rehearse(wide.replace(/^cap_30d = .*$/m, "cap_30d = 1"));
  assert.ok(sum(cool.of_plan) < sum(hot.of_plan), `${sum(cool.of_plan)} is not less than ${sum(hot.of_plan)}`);
  assert.ok(overDays(cool) < overDays(hot), `${overDays(cool)} is not less than ${overDays(hot)}`);
  await area.fill(`${text}\n# 改动`);
  await page.getByText("文本已修改，请重新预演").waitFor();
  assert.deepEqual((await ask(page, "/api/touches?limit=1")).about, before.about);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
