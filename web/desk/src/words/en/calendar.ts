/** The working calendar in the settings. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/calendar";

export const en: SameKeys<typeof zh> = {
  why: "Days that are not as their weekday says: holidays and make-up days of the state come with the program; those of the firm are written here and go first. workday(…) in care plans asks this; a change counts from the next night.",
  year: "Year", add: "Add a day", day: "Day", dayMissing: "Choose a day", worked: "Is", title: "Name", titleHint: "For example: anniversary of the firm", origin: "From",
  kinds: { off: "off", work: "worked" },
  origins: { state: "notice of the state", firm: "this firm" },
  saved: "Saved: tonight's plan goes by it.", removed: "Removed: the notice of the state holds again.", remove: (day: string) => `Remove ${day}`,
  none: "No such days in this year yet", noneNext: "The notice of the state comes with an update; days of the firm can be written now.",
};
