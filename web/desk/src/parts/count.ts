/** Counts as people read them: exact below 10,000, above by 万 or by M. */
import type { Language } from "../frame/preferences";

export function countText(count: number, language: Language): string {
  if (count <= 10_000) return new Intl.NumberFormat("en-US").format(count);
  if (language === "zh") return count >= 1e8 ? `${short(count / 1e8)} 亿` : `${short(count / 1e4)} 万`;
  return count >= 1e6 ? `${short(count / 1e6)} M` : `${short(count / 1e3)} k`;
}

function short(figure: number): string {
  return figure >= 100 ? String(Math.round(figure)) : figure.toFixed(1).replace(/\.0$/, "");
}
