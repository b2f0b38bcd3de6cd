/** Before publishing: how each person's work changes in the first days. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/publish";

export const en: SameKeys<typeof zh> = {
  title: (days: number) => `Each person's work, first ${days} days`,
  hint: "Beside all plans as they run today, as if it were in force from today. Writes nothing.",
  paused: "This plan is paused: until it is resumed none of this happens.",
  working: (done: number, all: number) => `${done} of ${all} days planned. No need to wait: you can publish now.`,
  nobody: "Nobody's work changes.", onLists: (touches: string) => `Nobody's own work changes, only what units have to hand out: ${touches}.`,
  touches: "Touches of all plans", over: "People beyond their daily limit",
  changes: (before: string, after: string, by: string) => `${before} → ${after} (${by})`,
  more: (people: string) => `${people} have more`, less: (people: string) => `${people} have less`, shifted: (people: string) => `${people} have as much on other days`,
  person: "Person", before: "Plans of today", after: "Published", by: "Difference", fullest: "Fullest day / limit",
  full: (contacts: number, capacity: number) => `${contacts} / ${capacity}`, tooMuch: "too much",
  all: (people: number) => `Show ${people} more`, onlyMost: (people: number, all: string) => `the ${people} with the greatest change, of ${all}`,
};
