import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/result";

/** The outcome codes in the settings. */
export const en: SameKeys<typeof zh> = {
  why: "How work orders of each kind may end. The number is the key in My day. The codes come with the playbooks that are installed; kinds without codes of their own use the usual ones. Names, meaning and order may be changed, and what is out of use is retired; what was changed here is no longer brought up to date with its playbook.",
  edit: "Edit", editTitle: (title) => `Edit “${title}”`, editHint: "Results that were recorded keep what they meant, under the new name; the code itself stays.",
  titleZh: "Chinese name", titleEn: "English name", reachedHint: "Only who was reached counts as contacted.",
  nextDays: "Days until the next step", nextHint: "Empty: no next step is proposed.", needsNote: "A note must be written",
  up: "Move up", down: "Move down", retire: "Retire", resume: "Take back into use", retired: "Retired", more: (title) => `More for “${title}”`,
  saved: "Saved", retireDone: (title) => `Retired: ${title}`, resumeDone: "Back in use",
  find: "Find by kind, name or code",
  business: "Kind of work",
  usual: "Usual",
  digit: "Key",
  title: "Name",
  code: "Code",
  reached: "Reached",
  yesNo: { yes: "Yes", no: "No" },
  leads: "Leads to",
  results: { done: "Done, no more to do", again: "Another contact", failed: "Ended without success" },
  note: "Note",
  needed: "Needed",
  next: "Next step",
  inDays: (days) => (days === 0 ? "same day" : days === 1 ? "in 1 day" : `in ${days} days`),
  none: "No outcome codes yet",
  noneNext: "Install a playbook under Care plans.",
  noMatch: "No code matches",
  noMatchNext: "Try another word, or clear the field.",
};
