/** The top bar: the palette's door, language, theme, notices, the person. The tray comes after the first picture. */
import { MoonOutlined, SearchOutlined, SunOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { memo } from "react";
import { later } from "../parts/later";
import { frameWords } from "../words/frame";
import { keyText } from "./keyText";
import { darkNow, usePreferences } from "./preferences";
import { useRemember } from "./session";
import { useWords } from "./words";

const PersonMenu = later(() => import("./PersonMenu").then((all) => all.PersonMenu));
const NotificationTray = later(() => import("./NotificationTray").then((all) => all.NotificationTray), <span className="frame-later" />);

export const TopBar = memo(function TopBar({ onFind }: { onFind: () => void }) {
  const words = useWords(frameWords);
  const chosen = usePreferences();
  const remember = useRemember();
  return (
    <header className="frame-top">
      <button type="button" className="frame-find" onClick={onFind}>
        <SearchOutlined />
        <span className="one-line">{words.find}</span>
        <kbd>{keyText("Mod+K")}</kbd>
      </button>
      <span className="frame-space" />
      <Button type="text" title={words.language} lang={chosen.language === "zh" ? "en" : "zh-CN"} onClick={() => remember({ language: chosen.language === "zh" ? "en" : "zh" })}>
        {chosen.language === "zh" ? "EN" : "中文"}
      </Button>
      <Button type="text" className="frame-shade" title={`${words.theme}: ${words.themes[chosen.theme]}`} aria-label={words.theme} icon={darkNow() ? <MoonOutlined /> : <SunOutlined />} onClick={() => remember({ theme: darkNow() ? "light" : "dark" })} />
      <NotificationTray />
      <PersonMenu />
    </header>
  );
});
