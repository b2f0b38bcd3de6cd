/** The desk starts here: choices, theme, answers kept, routes. */
import "./frame/trusted";
import { App, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { StrictMode, useMemo } from "react";
import { createRoot } from "react-dom/client";
import { ApiProblem } from "./frame/problem";
import { darkNow, dress, followSystem, stillNow, usePreferences } from "./frame/preferences";
import { meQuery } from "./frame/session";
import { themeFor } from "./frame/theme";
import { deskRouter } from "./routes";
import "./frame/tokens.css";

const client = new QueryClient({
  defaultOptions: {
    // A broken line shows as what it is, never as a page that loads for ever.
    mutations: { networkMode: "always" },
    queries: {
      networkMode: "always",
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      // A refusal stays a refusal; only a broken line is tried again, and what had no place, when it was told to.
      retry: (failures, thrown) => thrown instanceof ApiProblem && (thrown.status === 0 || thrown.status >= 502 || thrown.isBusy) && failures < 2,
      retryDelay: (failures, thrown) => (thrown instanceof ApiProblem && thrown.isBusy ? thrown.waitMs * (1 + Math.random()) : Math.min(1000 * 2 ** failures, 30_000)),
    },
  },
});
client.getQueryCache().subscribe(({ type, query }) => {
  // A session that ended elsewhere: the frame falls back to the sign-in page.
  if (type === "updated" && query.state.error instanceof ApiProblem && query.state.error.status === 401) client.setQueryData(meQuery.queryKey, null);
});
const router = deskRouter(client);
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;

function Desk() {
  const { density, language } = usePreferences();
  const shade = darkNow() ? "dark" : "light";
  const still = stillNow();
  dayjs.locale(language === "zh" ? "zh-cn" : "en");
  const look = useMemo(() => themeFor(shade, density, still), [shade, density, still]);
  return (
    <ConfigProvider theme={look} locale={language === "zh" ? zhCN : enUS} csp={{ nonce }} button={{ autoInsertSpace: false }}>
      <App message={{ maxCount: 3 }} style={{ height: "100%" }}>
        <RouterProvider router={router} />
      </App>
    </ConfigProvider>
  );
}

dress();
followSystem();
// The shell opens without a line; data never goes through the worker (public/worker.js).
if (import.meta.env.PROD && "serviceWorker" in navigator) addEventListener("load", () => void navigator.serviceWorker.register("/worker.js").catch(() => undefined));
createRoot(document.getElementById("desk")!).render(
  <StrictMode>
    <QueryClientProvider client={client}><Desk /></QueryClientProvider>
  </StrictMode>,
);
