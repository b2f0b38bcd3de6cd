/** What the page of a customer asks for at the click: each thing once, and what lies ahead after the customer. */
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { askForCustomer, customerQuery, storyQuery } from "../src/customer/queries";
import { askAnew } from "../src/customer/useChange";

const CUSTOMER = "/api/customers/cus_1";
const FIRST = [CUSTOMER, `${CUSTOMER}/timeline`, "/api/facts"];
const AHEAD = `${CUSTOMER}/future`;

afterEach(() => vi.unstubAllGlobals());

/** A program whose answers are given by hand. */
function program() {
  const asked: string[] = [];
  const waiting = new Map<string, (answer: Response) => void>();
  vi.stubGlobal("fetch", (address: string) => new Promise<Response>((give) => {
    asked.push(address);
    waiting.set(address, give);
  }));
  const answer = (address: string, body: object, status = 200) => waiting.get(address)!(Response.json(body, { status }));
  return { asked, answer, client: new QueryClient({ defaultOptions: { queries: { staleTime: 15_000 } } }) };
}

const rest = () => new Promise((go) => setTimeout(go, 20));

test("customer, story and catalogue are asked for together, what lies ahead when the customer is there", async () => {
  const { asked, answer, client } = program();
  askForCustomer(client, "cus_1");
  await rest();
  expect(asked).toEqual(FIRST);
  answer(CUSTOMER, { id: "cus_1" });
  await vi.waitFor(() => expect(asked).toEqual([...FIRST, AHEAD]));
});

test("whoever is refused the customer asks for nothing further", async () => {
  const { asked, answer, client } = program();
  askForCustomer(client, "cus_1");
  await rest();
  answer(CUSTOMER, { code: "not_found" }, 404);
  await rest();
  expect(asked).toEqual(FIRST);
});

test("what is under way or has just come is not asked for again: each question counts as a look", async () => {
  const { asked, answer, client } = program();
  askForCustomer(client, "cus_1");
  askForCustomer(client, "cus_1");
  await rest();
  expect(asked).toEqual(FIRST);
  for (const address of FIRST) answer(address, address.endsWith("timeline") ? { items: [], next: null } : {});
  await vi.waitFor(() => expect(asked).toEqual([...FIRST, AHEAD]));
  answer(AHEAD, []);
  await rest();
  askForCustomer(client, "cus_1");
  await rest();
  expect(asked).toHaveLength(FIRST.length + 1);
});

test("a change is under way until the page shows it, and does not wait for the story", async () => {
  const { answer, client } = program();
  client.setQueryData(customerQuery("cus_1").queryKey, { id: "cus_1", version: 1 } as never);
  client.setQueryData(storyQuery("cus_1").queryKey, { pages: [], pageParams: [] });
  const leave = new QueryObserver(client, { ...customerQuery("cus_1"), staleTime: Infinity }).subscribe(() => undefined);
  let shown = 0;
  const over = askAnew(client, "cus_1").then(() => (shown = client.getQueryData(customerQuery("cus_1").queryKey)!.version));
  await rest();
  expect([shown, client.getQueryState(storyQuery("cus_1").queryKey)?.isInvalidated]).toEqual([0, true]);
  answer(CUSTOMER, { id: "cus_1", version: 2 });
  await over;
  expect(shown).toBe(2);
  leave();
});
