/** Agreements and the household, written by hand on the customer's page. */
import type { SameKeys } from "../../frame/words";
import type { zh } from "../zh/holding";

export const en: SameKeys<typeof zh> = {
  agreement: {
    add: "Add an agreement", edit: (title) => `Edit ${title}`,
    hint: "A policy, plan or loan that is added here is there for care plans the same night, by its due day and the rest. For many at once, import a file.",
    kind: "Kind", product: "Product", productHint: "As the customer knows it", number: "Number", plate: "Plate", status: "State",
    premium: "Amount of one period", every: "Paid", everyMonths: { "0": "once", "1": "every month", "3": "every quarter", "6": "every half-year", "12": "every year" }, months: (n) => `every ${n} months`,
    start: "In force from", end: "In force until", due: "Next due", signed: "Signed", delivered: "Contract delivered",
    dates: "Days", sale: "Signing and delivery", saleHint: "The step “delivery” of a trace counts from one to the other.",
    named: "Give the product or the number", endsFirst: "Not before it is in force", deliveredFirst: "Not before it was signed",
    added: (title) => `Added: ${title}`, saved: "The agreement is saved", takenBack: "Taken back",
  },
  household: {
    title: (n) => `Household of ${n}`, none: "Household", add: "Add to the household", addTitle: (name) => `Household of ${name}`,
    hint: "Customers of one household see each other on their pages. Who is whose spouse or child is kept under Relations.",
    who: "Who belongs to it", whoHint: "One or several. Who belongs to another household leaves it first, on their own page.", whoNeeded: "Choose at least one customer",
    name: "Its name", nameHint: "May stay empty, as “Wang family”.",
    joined: "Added to the household", takeOut: (name) => `Take ${name} out of the household`, left: (name) => `Out of the household: ${name}`,
    leave: "Take out of this household",
  },
};
