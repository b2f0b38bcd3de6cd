/** The address of the customers list: a view fills in what the address leaves out, the address wins. */
import { expect, test } from "vitest";
import { addressOf, differs, shownBy, USUAL } from "../src/customer/listAddress";

const view = { id: "vw_1", expression: 'tier == "gold"', filters: { class: "A" }, order: "name", columns: ["name", "owner"] };

test("a view alone is the shortest address", () => {
  const shown = shownBy({ view: "vw_1" }, view);
  expect(shown).toEqual({ segment: 'tier == "gold"', filters: { class: "A" }, sort: "name", columns: ["name", "owner"] });
  expect(addressOf(shown, view)).toEqual({ view: "vw_1" });
  expect(differs(addressOf(shown, view))).toBe(false);
});

test("what the address names wins over the view, and any takes a condition away", () => {
  const shown = shownBy({ view: "vw_1", class: "any", tier: "silver", segment: "any" }, view);
  expect(shown.filters).toEqual({ tier: "silver" });
  expect(shown.segment).toBe("");
  expect(addressOf(shown, view)).toEqual({ view: "vw_1", class: "any", tier: "silver", segment: "any" });
  expect(differs(addressOf(shown, view))).toBe(true);
});

test("columns this program does not know are left out, the name stays first", () => {
  expect(shownBy({ columns: "colour,last,name" }).columns).toEqual(["name", "last"]);
  expect(shownBy({ columns: "colour" }).columns).toEqual(USUAL);
});
