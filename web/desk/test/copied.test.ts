/** A text is copied where a page has a clipboard, by the old command where it has none, and else selected for the reader. */
import { afterEach, expect, test, vi } from "vitest";
import { copied } from "../src/parts/copied";

afterEach(() => vi.unstubAllGlobals());

/** A page on plain http: no clipboard, and a command that copies or does not. */
function plainPage(command: () => boolean) {
  const field = { value: "", readOnly: false, className: "", select: vi.fn(), remove: vi.fn() };
  const body = { append: vi.fn() };
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("document", { activeElement: null, body, createElement: () => field, execCommand: command });
  return { field, body };
}

test("with a clipboard it goes there", async () => {
  const writeText = vi.fn(() => Promise.resolve());
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  expect(await copied("尊敬的李秀英", null)).toBe("copied");
  expect(writeText.mock.calls).toEqual([["尊敬的李秀英"]]);
});

test("without one the old command copies, and nothing of it stays on the page", async () => {
  const { field, body } = plainPage(() => true);
  expect(await copied("尊敬的李秀英", null)).toBe("copied");
  expect([field.value, field.select.mock.calls.length, body.append.mock.calls.length, field.remove.mock.calls.length]).toEqual(["尊敬的李秀英", 1, 1, 1]);
});

test("where that is refused too, the text is selected in sight", async () => {
  plainPage(() => false);
  const selectAllChildren = vi.fn();
  vi.stubGlobal("getSelection", () => ({ selectAllChildren }));
  const opened = vi.fn();
  const shown = { parentElement: { append: vi.fn() }, closest: () => ({ setAttribute: opened }), querySelector: () => null } as unknown as HTMLElement;
  expect(await copied("尊敬的李秀英", shown)).toBe("selected");
  expect(opened).toHaveBeenCalledWith("open", "");
  expect(selectAllChildren).toHaveBeenCalledWith(shown);
});
