/** The frame of every page: navigation, top bar, tabs, page, call bar, strip (DESK.md, the frame). */
import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useLayoutEffect, useState } from "react";
import { later } from "../parts/later";
import { frameWords } from "../words/frame";
import { CallBar } from "./CallBar";
import { listenForKeys, useKeys } from "./keys";
import { joinLive } from "./live";
import { NavRail } from "./NavRail";
import { OfflineStrip } from "./OfflineStrip";
import { kept } from "./store";
import { TabBar } from "./TabBar";
import { opened, tabs } from "./tabs";
import { TopBar } from "./TopBar";
import { useWords } from "./words";
import "./frame.css";

const KeySheet = later(() => import("./KeySheet").then((all) => all.KeySheet));
const Palette = later(() => import("./Palette").then((all) => all.Palette));
const width = kept<"narrow" | "wide">("narrow", "tend.navigation");
const widen = () => width.change((now) => (now === "wide" ? "narrow" : "wide"));

export function AppFrame() {
  const words = useWords(frameWords);
  const wide = width.use();
  const [shown, show] = useState<"palette" | "keys" | null>(null);
  // What closes late does not close what was opened meanwhile.
  const leave = (one: "palette" | "keys") => show((now) => (now === one ? null : now));
  // The same functions each time: a new address draws the page, not the frame around it.
  const find = useCallback(() => show("palette"), []);
  const sheet = useCallback(() => show("keys"), []);
  const client = useQueryClient();
  const place = useLocation();
  const navigate = useNavigate();
  useEffect(() => joinLive(client), [client]);
  useEffect(() => listenForKeys(), []);
  // Before the page's own effects, which name the tab.
  useLayoutEffect(() => {
    tabs.change((before) => opened(before, place.pathname, place.href, Date.now()));
  }, [place.pathname, place.href]);
  useKeys([
    { key: "Mod+K", does: words.keys.palette, run: () => show("palette"), always: "always", quiet: "quiet" },
    { key: "?", does: words.keys.sheet, run: () => show("keys"), quiet: "quiet" },
  ]);
  return (
    <div className={`frame ${wide}`}>
      <a className="frame-skip" href="#page">{words.skip}</a>
      <OfflineStrip />
      <div className="frame-mark"><img src="/icon.svg" width={26} height={26} alt="Tend" /></div>
      <TopBar onFind={find} />
      <NavRail wide={wide} onWiden={widen} />
      <TabBar onAdd={find} />
      <main className="frame-page" id="page" tabIndex={-1}><Outlet /></main>
      <CallBar onKeys={sheet} />
      <div className="frame-over">
        {shown === "palette" && <Palette onClose={() => leave("palette")} onGo={(to) => { leave("palette"); void navigate({ to }); }} onSheet={sheet} />}
        {shown === "keys" && <KeySheet onClose={() => leave("keys")} />}
      </div>
    </div>
  );
}
