/** Scripts and templates in the settings. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/text";

export const en: SameKeys<typeof zh> = {
  scriptsWhy: "What customer managers say on the phone or at the door, part by part. Care plans name a script by its key. Those of playbooks can be edited too; an edited one is left alone by later updates.",
  templatesWhy: "Messages to customers by SMS, WeChat and e-mail. Write several wordings: nobody reads the same words twice in a row. Care plans name a template by its key.",
  addScript: "Add script", addTemplate: "Add template",
  find: "Find by key, channel or words",
  key: "Key", keyHint: "Small letters, digits and _, such as birthday_sms. It never changes.",
  channel: "Channel", says: "Says", origin: "From", used: "Used by", state: "State",
  origins: (playbook: string, edited: boolean) => (playbook === "" ? "this firm" : edited ? `${playbook}, edited` : playbook),
  unused: "no plan", retired: "Retired", inUse: "In use",
  edit: "Edit", retire: "Retire", resume: "Take back into use", history: "History", more: "More",
  retireDone: "Retired: new plans cannot use it.", resumeDone: "Back in use.", saved: "Saved.",
  wording: (n: number) => `Wording ${n}`, addWording: "Add a wording", removeWording: (n: number) => `Remove wording ${n}`,
  title: "Title", stage: (n: number) => `Part ${n}`, stageKey: "Part", stageTitle: "Name of the part", stageBody: "What to say",
  addStage: "Add a part", removeStage: (n: number) => `Remove part ${n}`,
  questions: "Questions to ask", question: (n: number) => `Question ${n}`, addQuestion: "Add a question", removeQuestion: (n: number) => `Remove question ${n}`,
  fact: "The answer fills", noFact: "no fact",
  chinese: "Chinese", english: "English",
  placeholders: "Write what is to be filled in in braces, such as {customer.honorific}, {staff.name}, {anniversary(birthday)}; what is not known is shown below by line and column.",
  problem: (line: number, column: number, message: string) => `Line ${line}, column ${column}: ${message}`,
  meant: (suggestion: string) => `Use ${suggestion}`,
  sound: "Nothing is wrong",
  stages: { opening: "Opening", confirm: "Confirm who is speaking", must_say: "Must be said", purpose: "Purpose", objections: "Objections", agreement: "What we agree" },
  historyOf: (key: string) => `History of ${key}`,
  deeds: { added: "added", changed: "changed", retired: "retired", resumed: "taken back into use" },
  noHistory: "No changes yet", noHistoryNext: "It is as its playbook wrote it.",
  none: "Nothing here yet", noneNext: "Add one, or install a playbook under Care plans.",
  noMatch: "Nothing matches", noMatchNext: "Try another word, or empty the search field.",
};
