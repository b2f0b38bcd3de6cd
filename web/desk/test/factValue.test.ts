/** One fact on the page of a customer: where it is from is said once, and a field that is still awaited holds its place. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App } from "antd";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { FactValue, tellCut } from "../src/customer/FactValue";

const customer = { id: "cus_1", version: 3, facts: [] } as never;
const occupation = { key: "occupation", title: "职业", type: "string", value: "护士", source: "bank:1", noted_on: "2026-11-20" };

function drawn(fact: object, first: "editing" | "shown" = "shown") {
  const value = createElement(FactValue, { customer, fact: { ...occupation, ...fact } as never, may: "edit", first });
  return renderToStaticMarkup(createElement(QueryClientProvider, { client: new QueryClient() }, createElement(App, null, value)));
}

test("source and day stand beside a fact, also beside one that was emptied, and nowhere else", () => {
  for (const fact of [{}, { value: null }]) {
    const html = drawn(fact);
    expect(html.match(/class="fact-note">[^<]*bank · [^<]*20[^<]*</g)).toHaveLength(1);
    expect(html).not.toContain("title=");
  }
  expect(drawn({ source: null, noted_on: null })).not.toContain("fact-note");
});

test("a note that has no room is told to whoever points at the value", () => {
  const pointedAt = (scrollWidth: number) => {
    const value = { title: "before", querySelector: () => ({ scrollWidth, clientWidth: 40 }) };
    tellCut({ currentTarget: value } as never, "from bank, 20 Nov");
    return value.title;
  };
  expect([pointedAt(40), pointedAt(90)]).toEqual(["", "from bank, 20 Nov"]);
});

test("until the code of a field is there, a field that takes no text shows the value and has the focus", () => {
  const input = /<input[^>]*>/.exec(drawn({}, "editing"))?.[0];
  expect(input).toMatch(/aria-label="职业"/);
  expect(input).toMatch(/value="护士"/);
  expect(input).toMatch(/readonly/i);
  expect(input).toMatch(/autofocus/i);
});
