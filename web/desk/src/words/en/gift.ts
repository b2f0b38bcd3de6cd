/** The catalogue of gifts in the settings. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/gift";

export const en: SameKeys<typeof zh> = {
  why: "A care plan says gift = \"code\" for what goes with its touches. What it costs counts in rehearsals. When a month's are given out, touches wait until there are some again, a step higher each day; rehearsals name the day.",
  add: "Add gift", edit: "Edit", find: "Find by name or code",
  title: "Name", titleZh: "Chinese name", titleEn: "English name",
  key: "Code", keyHint: "Small letters, digits and _, such as birthday_box. It never changes.",
  kind: "Kind", kinds: { goods: "goods", card: "card", ticket: "ticket", sample: "sample", insurance: "short-term insurance", service: "service" },
  cost: "Cost of one", perMonth: "For a month", perMonthHint: "Leave it empty for as many as are wanted.", unlimited: "no limit",
  thisMonth: "Due this month", used: "Used by", unused: "no plan", retired: "Retired",
  retire: "Retire", resume: "Take back into use", more: "More",
  saved: "Saved.", retireDone: "Retired: plans published from now on cannot name it.", resumeDone: "Back in use.",
  none: "No gifts yet", noneNext: "Add one, then name its code in a care plan.", noMatch: "No gift matches", noMatchNext: "Try another word, or empty the search field.",
};
