/** What can be done from every page: its name in the palette, and by which other words it is found. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/deed";

export const en: SameKeys<typeof zh> = {
  names: {
    customer: "New customer",
    import: "Import a file",
    plan: "New care plan",
    dark: "Dark theme",
    light: "Light theme",
    system: "Theme of the system",
    language: "Language: 中文",
    compact: "Compact density",
    comfortable: "Comfortable density",
    sheet: "Show the keys",
    keysOff: "Single-letter keys off",
    keysOn: "Single-letter keys on",
    account: "Account and sign-in security",
    out: "Sign out",
  },
  also: {
    customer: "add create person",
    import: "batch list excel csv upload bring in",
    plan: "add create rule",
    dark: "look night black colour color mode",
    light: "look day white bright colour color mode",
    system: "look automatic colour color mode",
    language: "chinese english switch",
    compact: "look dense small rows",
    comfortable: "look spacious large rows",
    sheet: "keyboard shortcuts help",
    keysOff: "keyboard shortcuts",
    keysOn: "keyboard shortcuts",
    account: "password passkey authenticator settings profile",
    out: "log out leave logout",
  },
};
