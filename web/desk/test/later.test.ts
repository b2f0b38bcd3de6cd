/** Code that comes in pieces: ahead of its time once and only with a line, anew where it did not come, and drawn at once where it is there. */
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { line } from "../src/frame/live";
import { asProblem } from "../src/frame/problem";
import { Folded } from "../src/parts/Folded";
import { ahead, later, piece } from "../src/parts/later";

const lineIs = (state: "live" | "lost") => line.change(() => ({ state, asOf: 0 }));
const idle: (() => void)[] = [];
const rest = () => idle.splice(0).forEach((act) => act());

beforeEach(() => {
  lineIs("live");
  vi.stubGlobal("requestIdleCallback", (act: () => void) => idle.push(act));
});
afterEach(() => {
  idle.length = 0;
  vi.unstubAllGlobals();
});

test("code is fetched ahead once, however often a list is drawn, and also where it did not come", () => {
  const load = vi.fn(() => Promise.reject(new TypeError("Importing a module script failed.")));
  const begin = ahead(load);
  begin();
  begin();
  expect(load).not.toHaveBeenCalled();
  rest();
  begin();
  rest();
  expect(load).toHaveBeenCalledOnce();
});

test("without a line nothing is fetched ahead; whoever comes when it is back begins anew", () => {
  const load = vi.fn(() => Promise.resolve());
  const begin = ahead(load);
  begin();
  lineIs("lost");
  rest();
  expect(load).not.toHaveBeenCalled();
  lineIs("live");
  begin();
  rest();
  expect(load).toHaveBeenCalledOnce();
});

test("a browser that does not tell when it is idle fetches a moment later", () => {
  vi.unstubAllGlobals();
  vi.useFakeTimers();
  const load = vi.fn(() => Promise.resolve());
  ahead(load)();
  expect(load).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(load).toHaveBeenCalledOnce();
  vi.useRealTimers();
});

test("a piece is fetched once for all who wait, and anew when it did not come", async () => {
  let answer: (give: (code: string) => void, refuse: (why: Error) => void) => void = (_, refuse) => refuse(new TypeError("Failed to fetch dynamically imported module: /assets/form.js"));
  const load = vi.fn(() => new Promise<string>((give, refuse) => answer(give, refuse)));
  const code = piece(load);
  const both = await Promise.allSettled([code.fetch(), code.fetch()]);
  expect(load).toHaveBeenCalledOnce();
  expect(both.map((one) => one.status === "rejected" && asProblem(one.reason).code)).toEqual(["part_missing", "part_missing"]);
  expect(code.now()).toBeNull();
  answer = (give) => give("form");
  await code.fetch();
  expect([load.mock.calls.length, code.now()]).toEqual([2, "form"]);
});

test("code that came and fails is a fault of the program, not a part that did not come", async () => {
  const fault = new TypeError("undefined is not a function");
  await expect(piece(() => Promise.reject(fault)).fetch()).rejects.toBe(fault);
});

test("what stands in for a part shows what the part was given", () => {
  const Field = later<{ value: string }>(() => new Promise(() => undefined), ({ value }) => createElement("i", null, value));
  expect(renderToStaticMarkup(createElement(Field, { value: "2026-11-30" }))).toBe("<i>2026-11-30</i>");
});

test("what stands in for a part gives way to it at once when its code was fetched before", async () => {
  const Form = later(() => Promise.resolve(({ name }: { name: string }) => createElement("b", null, name)), "comes");
  const Code = () => Form.useCode();
  const drawn = () => renderToStaticMarkup(createElement("p", null, createElement(Code), " ", createElement(Form, { name: "李秀英" })));
  expect(drawn()).toBe("<p>missing comes</p>");
  Form.ahead();
  rest();
  await vi.waitFor(() => expect(drawn()).toBe("<p>there <b>李秀英</b></p>"));
});

test("what is folded away is not in the first picture, and is not left for the opening", () => {
  expect(renderToStaticMarkup(createElement(Folded, { title: "3 more", children: "职业" }))).not.toContain("职业");
});
