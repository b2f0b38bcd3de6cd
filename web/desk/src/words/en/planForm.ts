/** The form of a care plan: the other face of its text. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/planForm";

export const en: SameKeys<typeof zh> = {
  title: "Form",
  hint: "Form and text are one: a change here touches that one place of the text; comments and order stay.",
  broken: "The text has a mistake; once it is mended the form is back.",
  naming: "Title and reason", business: "Business type", named: { title: { zh: "Title, Chinese", en: "Title, English" }, reason: { zh: "Reason, Chinese", en: "Reason, English" } },
  who: "Who", when: "When", what: "What", how: "How", by: "By", limits: "Limits", proof: "Proof",
  each: (item: string, as: string) => `For each of: ${item}, called ${as}`,
  nightly: "Runs each night; conditions on days, such as a due day, stand under Who.",
  asText: "As text",
  asTextHint: "The form has no field for this part; change it in the text.",
  noCondition: "No readable condition yet; write who in the text first.",
  all: "all hold", any: "any holds",
  addRow: "Add condition", addAll: "And …", addAny: "Or …", remove: "Remove condition", not: "not", notHint: "Turned round: those for whom this does not hold", group: "Conditions", fact: "Fact", sign: "Comparison", value: "Value", isYes: "yes", isNo: "no",
  signs: { "==": "is", "!=": "is not", in: "is one of", has: "has" },
  amountSigns: { "==": "equals", "!=": "differs from", "<": "below", "<=": "at most", ">": "above", ">=": "at least" },
  daySigns: { "==": "on", "!=": "not on", "<": "before", "<=": "by", ">": "after", ">=": "from" },
  dayKinds: { today: "today", ago: "days ago", ahead: "days ahead", date: "the day" }, days: "Days",
  anniversary: (fact: string) => `${fact} (anniversary)`,
  at: "Time", atHint: "such as 09:30", quietDays: "Rests on", expires: "Expires after, days",
  script: "Script", templates: "Templates", noTemplates: "No channel here needs a template.",
  addChannel: "Add a channel", channelUp: (name: string) => `${name} up`, channelDown: (name: string) => `${name} down`, channelRemove: (name: string) => `Take out ${name}`,
  worker: "Done by", workers: { owner: "the owner", branch: "the branch", specialist: "a specialist" }, skills: "Skills needed",
  priority: "Priority", cooldown: "Cool-down, days", cap: "At most in 30 days", counts: "Counts as contact", countsYes: "counts", countsNo: "does not count", factor: "Factor of value", worth: "Worth", cost: "Cost", gift: "Gift",
  usual: (value: string) => `usual: ${value}`,
  range: (low: number, high: number) => `A whole number from ${low} to ${high}`,
  proofs: { call_30s: "a call of 30 s or more", reply: "a reply", delivered: "a delivery receipt", visit_photo: "a photo of the visit", signature: "a signature", note: "a note" },
  anyProof: "any one will do",
};
