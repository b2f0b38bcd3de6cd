/** The open pages, 36 px high; middle click or × closes. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { memo } from "react";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { frameWords } from "../words/frame";
import { closed, tabs } from "./tabs";
import { useTabName } from "./useTabName";
import { useWords } from "./words";

export const TabBar = memo(function TabBar({ onAdd }: { onAdd: () => void }) {
  const words = useWords(frameWords);
  const all = tabs.use();
  const here = useLocation().pathname;
  const navigate = useNavigate();
  const close = (path: string) => {
    const after = closed(tabs.now(), path);
    tabs.change(() => after.tabs);
    if (path === here) void navigate({ to: after.next ?? "/" });
  };
  const named = useTabName();
  return (
    <nav className="frame-tabs" aria-label={words.tabs}>
      {all.map((tab) => {
        const title = named(tab) || "…";
        return (
          <span key={tab.path} className={`frame-tab ${tab.path === here ? "front" : ""}`} onAuxClick={(event) => event.button === 1 && close(tab.path)}>
            <Link to={tab.href} className="one-line" title={title} aria-current={tab.path === here ? "page" : undefined}>{title}</Link>
            <button type="button" aria-label={words.closeTab(title)} onClick={() => close(tab.path)}><CloseOutlined /></button>
          </span>
        );
      })}
      <button type="button" className="frame-add" aria-label={words.newTab} onClick={onAdd}><PlusOutlined /></button>
    </nav>
  );
});
