/** What a press of a key means. */
import { expect, test } from "vitest";
import { find, isControls, pressed, takesText } from "../src/frame/keys";

const press = (key: string, held: Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", boolean>> = {}) =>
  pressed({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });
const layer = (id: number, ...keys: string[]) => ({ id, keys: keys.map((key) => ({ key, does: `${id} ${key}`, run: () => undefined })) });

test("keys are named as the screens print them", () => {
  expect(press("j")).toBe("J");
  expect(press("k", { ctrlKey: true })).toBe("Mod+K");
  expect(press("k", { metaKey: true })).toBe("Mod+K");
  expect(press("?", { shiftKey: true })).toBe("?");
  expect(press("X", { shiftKey: true })).toBe("Shift+X");
  expect(press("Enter")).toBe("Enter");
});

test("the newest layer wins and a chord needs its first half", () => {
  const open = [layer(1, "J", "G F"), layer(2, "J")];
  expect(find(open, "J", null).key?.does).toBe("2 J");
  expect(find(open, "G", null)).toEqual({ key: null, waiting: "G" });
  expect(find(open, "F", "G").key?.does).toBe("1 G F");
  expect(find(open, "F", null).key).toBeNull();
});

test("a field that takes text takes the keys", () => {
  const field = (tagName: string, type = "text") => ({ tagName, type, isContentEditable: false }) as unknown as EventTarget;
  expect(takesText(field("INPUT"))).toBe(true);
  expect(takesText(field("TEXTAREA"))).toBe(true);
  expect(takesText(field("INPUT", "checkbox"))).toBe(false);
  expect(takesText(field("BUTTON"))).toBe(false);
  expect(takesText(null)).toBe(false);
});

test("Enter and Space belong to what is pressed, chosen or opened with them", () => {
  /** A control as the browser would match it against one of the selectors. */
  const control = (selector: string) => ({ closest: (all: string) => (all.split(", ").includes(selector) ? {} : null) }) as unknown as EventTarget;
  for (const own of ["button", "a", "summary", "input:not([type=checkbox])", "[role=radio]", "[role=option]", "[role=separator]"]) {
    expect([isControls("Enter", control(own)), isControls("Space", control(own)), isControls("J", control(own))], own).toEqual([true, true, false]);
  }
  expect(isControls("Enter", control("section"))).toBe(false);
  expect(isControls("Enter", null)).toBe(false);
});
