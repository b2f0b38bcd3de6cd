/** What is written on a button, and a link on the ground, can be read at rest, under the pointer and pressed. */
import { theme } from "antd";
import { expect, test } from "vitest";
import { DARK, LIGHT, themeFor } from "../src/frame/theme";

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(one: string, other: string): number {
  const [dark, bright] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return ((bright ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

test.each(["light", "dark"] as const)("%s: 4.5 to 1 in every state", (shade) => {
  const { token, algorithm } = themeFor(shade, "comfortable", false);
  const tokens = theme.getDesignToken({ token, algorithm });
  const [ground, written] = shade === "light" ? [LIGHT.ground, "#ffffff"] : [DARK.ground, DARK.ground];
  for (const state of ["colorPrimary", "colorPrimaryHover", "colorPrimaryActive", "colorError", "colorErrorHover", "colorErrorActive"] as const) {
    expect(contrast(tokens[state], written), state).toBeGreaterThanOrEqual(4.5);
  }
  for (const state of ["colorLink", "colorLinkHover", "colorLinkActive"] as const) {
    expect(contrast(tokens[state], ground), state).toBeGreaterThanOrEqual(4.5);
  }
});

test("nothing of antd moves where the system asks for a screen at rest", () => {
  expect([true, false].map((still) => themeFor("light", "comfortable", still).token?.motion)).toEqual([false, true]);
});
