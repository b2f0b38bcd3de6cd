/** The forms of remarks in the settings. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/remark";

export const en: SameKeys<typeof zh> = {
  why: "Remarks of outcomes and traces are written in one form, so that they are found again. Each kind of work may have its own; others take the form of “everything else”, and where there is none remarks are free. What does not fit is sent back with the text as the form would have it.",
  add: "Add a form", find: "Find by kind of work or part",
  business: "Kind of work", any: "Everything else", form: "Form", origin: "From", ours: "this firm",
  moreTypes: { sale: "Sale", contract_change: "Change of contract", any: "Everything else" },
  edit: (business) => `Edit the form of ${business}`, more: (business) => `More: ${business}`, remove: (business) => `Take away the form of ${business}`, removed: (business) => `Remarks are free again: ${business}`,
  addTitle: "Add a form of remarks", editTitle: (business) => `${business} · form of remarks`,
  businessHint: "Only kinds of work that have no form yet.", taken: "Every kind of work has its form.",
  parts: "Parts", part: (n) => `Part ${n}`, addPart: "Add a part", removePart: (n) => `Remove part ${n}`, up: (n) => `Part ${n} up`, down: (n) => `Part ${n} down`,
  titleZh: "Chinese label", titleEn: "English label", titleHint: "At most 24 letters (8 Chinese characters), no brackets or colons, each label once.",
  kind: "What is written", kinds: { text: "any words", day: "a day", day_or_none: "a day, or none", choice: "one of these words" },
  need: "must be there", fill: "Filled in", fills: { today: "with today", channel: "with the channel", next: "with the next day" }, noFill: "by the writer",
  choices: "The words", choiceZh: "Chinese", choiceEn: "English", addChoice: "Add a word", removeChoice: (n) => `Remove word ${n}`,
  preview: "It reads", sample: { text: "…", day: "2026-11-29", day_or_none: "none" },
  optional: "may be left out", saved: "Saved: remarks are held against it from now on", replaced: "A colleague changed this form just now. It reads:", replacedNext: "Save once more to put yours in its place.",
  wrong: { label: "Give a label of at most 24 letters (8 Chinese characters), without brackets and colons", twice: "This label stands there twice", choices: "Give at least one word, in both languages" },
  none: "No forms of remarks yet", noneNext: "Add one, or install a playbook under Care plans; without a form remarks are free.", noMatch: "No form matches", noMatchNext: "Try another word, or empty the search field.",
};
