/** The navigation: the screens of the person's role, icons with words, 56 px or 200 px wide. */
import {
  AppstoreOutlined, AuditOutlined, BarChartOutlined, CalendarOutlined, DoubleLeftOutlined, DoubleRightOutlined, ExportOutlined, InboxOutlined,
  SafetyCertificateOutlined, ScheduleOutlined, SettingOutlined, TeamOutlined,
} from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { type ComponentType, memo } from "react";
import { frameWords } from "../words/frame";
import { PATHS, type Screen, screensOf } from "./navigation";
import { useMe } from "./session";
import { useWide } from "./useWide";
import { useWords } from "./words";

const ICONS: Readonly<Record<Screen, ComponentType>> = {
  "my-day": CalendarOutlined, customers: TeamOutlined, batches: InboxOutlined, board: AppstoreOutlined,
  verification: AuditOutlined, traces: SafetyCertificateOutlined, statements: BarChartOutlined, plans: ScheduleOutlined, exports: ExportOutlined, settings: SettingOutlined,
};

/** DESK.md, the phone screen by screen. */
const NOT_ON_A_PHONE: readonly Screen[] = ["settings"];

export const NavRail = memo(function NavRail({ wide, onWiden }: { wide: "narrow" | "wide"; onWiden: () => void }) {
  const words = useWords(frameWords);
  const me = useMe();
  const room = useWide();
  return (
    <nav className="frame-nav" aria-label={words.navigation}>
      {screensOf(me.role).filter((screen) => room === "wide" || !NOT_ON_A_PHONE.includes(screen) || screensOf(me.role).length === 1).map((screen) => {
        const Icon = ICONS[screen];
        return (
          <Link key={screen} to={PATHS[screen]} activeProps={{ "aria-current": "page" }}>
            <Icon />
            <span>{words.screens[screen]}</span>
          </Link>
        );
      })}
      <button type="button" className="frame-widen" onClick={onWiden} aria-label={wide === "wide" ? words.narrow : words.widen}>
        {wide === "wide" ? <DoubleLeftOutlined /> : <DoubleRightOutlined />}
      </button>
    </nav>
  );
});
