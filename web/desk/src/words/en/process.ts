/** The processes of sales in the settings: what evidence each sale must show. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/process";

export const en: SameKeys<typeof zh> = {
  why: "A process says which steps a sale takes and what evidence each of them accepts; without a required step the sale cannot be closed. Traces that are open stay with the version under which they were opened; new ones take the newest.",
  find: "Find by name, key, step or law", add: "Add process",
  title: "Process", law: "Demanded by", steps: "Steps", stepsOf: (n) => (n === 1 ? "1 step" : `${n} steps`), version: "Version", origin: "From", ours: "this firm",
  open: (title) => `View ${title}`, close: "Close", edit: "Write a new version",
  retire: "Retire", retireAsk: "Begin no more sales by it? Traces that are open go on by their version.", retired: "Retired", retireDone: "Retired: no sale is begun by it",
  resume: "Take back into use", resumeDone: "Back in use",
  look: "What to look at", asSteps: "Steps and evidence", asText: "Text", asDifference: "Against the newest",
  versionOf: (version, by) => `Version ${version} · ${by}`, newest: "newest",
  forWhom: "For", everybody: "every customer", remarks: "Form of remarks",
  need: { always: "required", if: "required if", never: "optional" },
  accepts: "Evidence, any one of", onlyBy: (roles) => `from ${roles} only`, seconds: (n) => `at least ${n} s`, daysMax: (n) => `within ${n} days of signing`,
  after: (titles) => `after “${titles}”`, within: (hours, of) => `within ${hours} hours of ${of}`, withinDays: (days, of) => `within ${days} days of ${of}`, opening: "the opening",
  phrases: (phrases) => `The remark must say: ${phrases}`, or: "or",
  unreadable: "This version cannot be read any more", unreadableNext: "A fact that it names may be gone. Look at its text, or write a new version.",
  addTitle: "Add a process", editTitle: (title, version) => `${title} · version ${version}`,
  textHint: "The text is the process, in the form of the processes files of playbooks: each [[step]] is a step, accepts says what evidence it takes, each [[test]] is an example that must hold.",
  text: "Text of the process", problems: "Problems", sound: "Nothing is wrong, every example holds", lineColumn: (line, column) => `Line ${line}, column ${column}`, meant: (text) => `Use ${text}`,
  difference: "What changes", publish: "Put into force", published: "In force: traces opened from now on take it",
  kept: "What you had not finished is here again.", startOver: "Start over",
  none: "No processes yet", noneNext: "Add one, or install a playbook under Care plans.", noMatch: "No process matches", noMatchNext: "Try another word, or empty the search field.",
};
