/** What the addresses ask the program for: pointing at a customer nothing, going there one round. */
import { QueryClient } from "@tanstack/react-query";
import { createMemoryHistory } from "@tanstack/react-router";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Shelf } from "./shelf";

const CUSTOMER = "/customers/cus_1";
const ROUND = [`/api${CUSTOMER}`, `/api${CUSTOMER}/timeline`, "/api/facts", `/api${CUSTOMER}/future`];
const to = { to: "/customers/$id", params: { id: "cus_1" } } as never;

const code = vi.fn();
vi.mock("../src/customer/CustomerPage", () => {
  code();
  return { CustomerPage: () => null };
});

let deskRouter: (typeof import("../src/routes"))["deskRouter"];

beforeAll(async () => {
  vi.stubGlobal("localStorage", new Shelf());
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => undefined }));
  ({ deskRouter } = await import("../src/routes"));
  // The parts of the screen take their time to load; it is no test's.
}, 60_000);
afterAll(() => vi.unstubAllGlobals());

/** The desk of a signed-in person, and what it asks for from now on. */
function desk(duty: string | null = null) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (address: string) => {
    asked.push(address);
    return Promise.resolve(Response.json(address === "/api/me" ? { id: "stf_1", duty, preferences: {} } : {}));
  });
  const router = deskRouter(new QueryClient({ defaultOptions: { queries: { staleTime: 15_000 } } }));
  // As in a browser: the address is the history's, and each change of it is followed.
  const history = createMemoryHistory({ initialEntries: ["/sign-in"] });
  router.update({ ...router.options, isServer: false, origin: "https://tend.example.com", history, scrollRestoration: false } as never);
  history.subscribe(() => void router.load());
  return { asked, router };
}

const rest = () => new Promise((go) => setTimeout(go, 30));

test("pointing at a customer fetches the code and asks nothing: whoever is asked for counts as looked at", async () => {
  const { asked, router } = desk();
  await router.preloadRoute(to);
  await rest();
  expect(code).toHaveBeenCalled();
  expect(asked).toEqual(["/api/me"]);
});

test("a click asks for one round, also after pointing", async () => {
  const { asked, router } = desk();
  await router.preloadRoute(to);
  await router.navigate(to);
  await rest();
  expect(router.state.location.pathname).toBe(CUSTOMER);
  expect(asked).toEqual(["/api/me", ...ROUND]);
});

test("whoever owes a password or a second factor asks for no customer", async () => {
  const { asked, router } = desk("password");
  await router.navigate(to);
  await rest();
  expect(router.state.location.pathname).toBe(CUSTOMER);
  expect(asked).toEqual(["/api/me"]);
});
