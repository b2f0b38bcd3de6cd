/** Every address of the desk. Each screen is its own piece of code, fetched when first opened. */
import type { QueryClient } from "@tanstack/react-query";
import { useQuery } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Navigate, Outlet, redirect, useRouter } from "@tanstack/react-router";
import { Button } from "antd";
import { lazy, Suspense, useEffect } from "react";
import { askForCustomer } from "./customer/queries";
import { AppFrame } from "./frame/AppFrame";
import { landingOf } from "./frame/navigation";
import { meQuery } from "./frame/session";
import { useWords } from "./frame/words";
import { ahead } from "./parts/later";
import { Bones, EmptyState, ErrorState } from "./parts/states";
import { Over } from "./Over";
import { frameWords } from "./words/frame";

type Search = Record<string, string | undefined>;
const SignIn = lazy(() => import("./frame/SignIn").then((m) => ({ default: m.SignIn })));
const Owed = lazy(() => import("./org/security/Owed").then((m) => ({ default: m.Owed })));
const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet, notFoundComponent: Lost });
const asText = (search: Record<string, unknown>): Search =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== "").map(([key, value]) => [key, String(value)]));

const signIn = createRoute({ getParentRoute: () => root, path: "/sign-in", validateSearch: asText, component: () => <Suspense fallback={null}><SignIn /></Suspense> });

const SsoReturn = lazy(() => import("./frame/SsoReturn").then((m) => ({ default: m.SsoReturn })));
const ssoReturn = createRoute({ getParentRoute: () => root, path: "/sign-in/sso", validateSearch: asText, component: () => <Suspense fallback={null}><SsoReturn /></Suspense> });

/** Everything behind the sign-in page. */
const frame = createRoute({
  getParentRoute: () => root,
  id: "frame",
  beforeLoad: async ({ context, location }) => {
    const me = await context.client.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: "/sign-in", search: { back: location.href } });
  },
  component: Signed,
  errorComponent: ({ error }) => <ErrorState thrown={error} onRetry={() => location.reload()} />,
});

function Signed() {
  const { data: me } = useQuery(meQuery);
  if (me === null) return <Left />;
  if (me?.duty) return <Suspense fallback={null}><Owed /></Suspense>;
  return me ? <><AppFrame /><Over /></> : null;
}

/** The session ended elsewhere: to the sign-in page, and back from there. Once, and from where the person was: while that page is fetched this one still stands, and would name the way back to the way back for ever. */
function Left() {
  const router = useRouter();
  useEffect(() => {
    const { pathname, href } = router.state.location;
    if (!pathname.startsWith("/sign-in")) void router.navigate({ to: "/sign-in", search: { back: href } });
  }, [router]);
  return null;
}

const home = createRoute({ getParentRoute: () => frame, path: "/", component: Home });
function Home() {
  const { data: me } = useQuery(meQuery);
  return me ? <Navigate to={landingOf(me.role, me.landing)} replace /> : null;
}

/** Where a screen is, and the piece of code that draws it. */
const at = <P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
  ({ getParentRoute: () => frame, path, validateSearch: asText, component: lazyRouteComponent(load as never, name as never) });

const customerPage = () => import("./customer/CustomerPage");

/**
 * The page of a customer asks at the click, while its code comes, and is not held up by the answers. Whoever is clicked counts
 * as looked at, also where the next click comes before the page: a question that was asked is not called back.
 */
const customer = createRoute({
  ...at("/customers/$id", customerPage, "CustomerPage"),
  // Pointing at a link fetches the code alone: it is no look at anybody.
  preload: false,
  loader: ({ context: { client }, params }) => {
    // Whoever owes the firm a password or a second factor is shown that first, and is refused everything else.
    if (!client.getQueryData(meQuery.queryKey)?.duty) askForCustomer(client, params.id);
  },
});

const screens = [
  at("/my-day", () => import("./work/MyDay"), "MyDay"),
  at("/board", () => import("./work/BoardPage"), "default"),
  at("/verification", () => import("./work/VerificationPage"), "default"),
  at("/traces", () => import("./trace/TracesPage"), "default"),
  at("/traces/$id", () => import("./trace/TracePage"), "default"),
  at("/statements", () => import("./report/StatementPage"), "default"),
  at("/plans", () => import("./plan/PlansPage"), "default"),
  at("/plans/$id", () => import("./plan/PlanPage"), "default"),
  at("/settings", () => import("./org/SettingsPage"), "default"),
  at("/batches", () => import("./intake/BatchList"), "BatchList"),
  at("/batches/new", () => import("./intake/ImportWizard"), "ImportWizard"),
  at("/batches/$id", () => import("./intake/BatchPage"), "BatchPage"),
  at("/customers", () => import("./customer/CustomerList"), "CustomerList"),
  at("/exports", () => import("./customer/ExportsPage"), "ExportsPage"),
  at("/customers/$id/merge", () => import("./customer/MergePage"), "MergePage"),
].map((screen) => createRoute(screen));

/** The lists from which customers are opened. */
const LISTS: ReadonlySet<string> = new Set(["/my-day", "/customers"]);

/** While a list is read, the code of the page that is opened from it is fetched; nothing of a customer is asked for. */
const fetchAhead = ahead(customerPage);

function Lost() {
  const words = useWords(frameWords);
  return <EmptyState title={words.lost.title} next={words.lost.next} act={<Button href="/">{words.lost.home}</Button>} />;
}

export function deskRouter(client: QueryClient) {
  const router = createRouter({
    routeTree: root.addChildren([signIn, ssoReturn, frame.addChildren([home, customer, ...screens])]),
    context: { client },
    defaultPreload: "intent",
    defaultPendingComponent: () => <Bones />,
    defaultErrorComponent: ({ error, reset }) => <ErrorState thrown={error} onRetry={reset} />,
    defaultNotFoundComponent: Lost,
    scrollRestoration: true,
  });
  router.subscribe("onRendered", ({ toLocation }) => {
    if (LISTS.has(toLocation.pathname)) fetchAhead();
  });
  return router;
}
