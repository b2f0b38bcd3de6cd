/** The tokens of DESK.md as antd wants them. The same values stand in tokens.css; a test compares the two. */
import { theme, type ThemeConfig } from "antd";
import type { Density } from "./preferences";

export const LIGHT = {
  primary: "#3d5afe", care: "#00796b", due: "#a05c00", risk: "#c62828", done: "#2e7d32", info: "#026aa7",
  ground: "#ffffff", raised: "#f6f7f9", line: "#e3e6ea", text: "#1b1f24", quiet: "#5b6570",
} as const;
export const DARK = {
  primary: "#8c9eff", care: "#4db6ac", due: "#ffb74d", risk: "#ef9a9a", done: "#81c784", info: "#4fc3f7",
  ground: "#14171c", raised: "#1c2026", line: "#2c323a", text: "#e6e9ed", quiet: "#9aa4af",
} as const;

/** Under the pointer and pressed: antd's own are too pale for what is written on them, and as links on the ground. */
const POINTED = {
  light: { colorPrimaryHover: "#304ffe", colorPrimaryActive: "#293ed9", colorErrorHover: "#b02020", colorErrorActive: "#a1181d", colorLinkHover: "#293ed9", colorLinkActive: "#293ed9" },
  dark: { colorPrimaryHover: "#a5b2e8", colorPrimaryActive: "#7f90ee", colorErrorHover: "#f3b3b3", colorErrorActive: "#e08a8a", colorLinkHover: "#a5b2e8", colorLinkActive: "#8c9eff" },
} as const;

export function themeFor(shade: "light" | "dark", density: Density, still: boolean): ThemeConfig {
  const colours = shade === "dark" ? DARK : LIGHT;
  const onPrimary = shade === "dark" ? DARK.ground : "#ffffff";
  const look = shade === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm;
  return {
    algorithm: density === "compact" ? [look, theme.compactAlgorithm] : look,
    token: {
      colorPrimary: colours.primary,
      colorInfo: colours.info,
      colorSuccess: colours.done,
      colorWarning: colours.due,
      colorError: colours.risk,
      colorLink: colours.primary,
      ...POINTED[shade],
      colorText: colours.text,
      colorTextSecondary: colours.quiet,
      colorTextDescription: colours.quiet,
      colorTextPlaceholder: colours.quiet,
      colorBgBase: colours.ground,
      colorBgContainer: colours.ground,
      colorBgLayout: colours.ground,
      colorBgElevated: shade === "dark" ? DARK.raised : colours.ground,
      colorBorder: shade === "dark" ? "#3d454f" : "#c9ced5",
      colorBorderSecondary: colours.line,
      ...(shade === "light" ? { colorWarningBg: "#fff7e8", colorWarningBorder: "#e6c48a", colorErrorBg: "#fdf0ef", colorErrorBorder: "#e7aaa6", colorSuccessBg: "#eff7ef", colorSuccessBorder: "#a9cfab", colorInfoBg: "#eef6fb", colorInfoBorder: "#9ecbe3" } : {}),
      borderRadius: 6,
      fontSize: 14,
      fontFamily: "var(--font)",
      motion: !still,
      motionDurationSlow: "0.15s",
      motionDurationMid: "0.12s",
      motionDurationFast: "0.08s",
      boxShadow: "var(--shadow)",
      boxShadowSecondary: "var(--shadow)",
    },
    components: {
      Button: { primaryColor: onPrimary, dangerColor: onPrimary, primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
      // A track that is seen: without it the choices read as loose words.
      Segmented: { trackBg: shade === "dark" ? DARK.raised : "#eceef1", itemColor: colours.quiet, itemHoverColor: colours.text, itemSelectedBg: shade === "dark" ? "#3d454f" : colours.ground, itemSelectedColor: colours.text },
      Table: { cellFontSize: density === "compact" ? 12 : 13, cellFontSizeSM: density === "compact" ? 12 : 13, cellPaddingBlock: density === "compact" ? 6 : 9, cellPaddingInline: 12, headerBg: colours.raised, headerColor: colours.quiet, headerSplitColor: "transparent" },
      Tooltip: { colorBgSpotlight: shade === "dark" ? "#3d454f" : "#1b1f24" },
    },
  };
}
