/** The address of the customers list: a view fills in what the address leaves out, the address wins. */
import { expect, test } from "vitest";
import { addressOf, bodyOf, differs, shownBy, USUAL, viewIn } from "../src/customer/listAddress";

const view = { id: "vw_1", expression: 'tier == "gold"', filters: { class: "A" }, order: "name", columns: ["name", "owner"] };

test("a view alone is the shortest address", () => {
  const shown = shownBy({ view: "vw_1" }, view);
  expect(shown).toEqual({ segment: 'tier == "gold"', filters: { class: "A" }, sort: "name", columns: ["name", "owner"], group: "" });
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

test("what was searched for is not saved with a view", () => {
  expect(bodyOf(shownBy({ q: "13800001234", tier: "gold" })).filters).toEqual({ tier: "gold" });
});

test("columns this program does not know are left out, the name stays first", () => {
  expect(shownBy({ columns: "colour,last,name" }).columns).toEqual(["name", "last"]);
  expect(shownBy({ columns: "colour" }).columns).toEqual(USUAL);
});

test("a grouping stands in the address, and one that the view has can be taken away", () => {
  const view = { id: "vw_1", expression: "", filters: {}, order: "newest", columns: [], group: "tier" } as never;
  expect(shownBy({}, view).group).toBe("tier");
  expect(shownBy({ group: "any" }, view).group).toBe("");
  expect(addressOf({ ...shownBy({}, view), group: "" }, view)).toEqual({ view: "vw_1", group: "any" });
  expect(addressOf({ ...shownBy({}), group: "lifecycle" })).toEqual({ group: "lifecycle" });
  expect(shownBy({ group: "owner" }).group).toBe("");
});

test("the view that an address has chosen is known of the list's own address only", () => {
  expect(viewIn({ pathname: "/customers", search: "?view=vw_1&tier=gold" })).toBe("vw_1");
  expect(viewIn({ pathname: "/customers", search: "" })).toBe("");
  expect(viewIn({ pathname: "/customers/cus_1", search: "?view=vw_1" })).toBeNull();
});
