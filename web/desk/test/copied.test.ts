/** A text is copied where a page has a clipboard, by the old command where it has none, and else selected for the reader. */
import { afterEach, expect, test, vi } from "vitest";
import { copied } from "../src/parts/copied";

afterEach(() => vi.unstubAllGlobals());

/** A page on plain http: no clipboard, and a command that copies or does not. */
function plainPage(command: () => boolean) {
  const page = { activeElement: null as unknown };
  const field = { value: "", readOnly: false, className: "", focus: vi.fn(), select: vi.fn(), remove: vi.fn() };
  field.focus.mockImplementation(() => void (page.activeElement = field));
  const body = { append: vi.fn() };
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("document", Object.assign(page, { body, createElement: () => field, execCommand: command }));
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

test("a text that is folded away is copied from beside its fold, where a field takes the focus", async () => {
  const { field, body } = plainPage(() => true);
  const [inside, beside] = [{ append: vi.fn() }, { append: vi.fn() }];
  const shown = { parentElement: inside, closest: () => ({ parentElement: beside }) } as unknown as HTMLElement;
  expect(await copied("尊敬的李秀英", shown)).toBe("copied");
  expect([inside, beside, body].map((one) => one.append.mock.calls.length)).toEqual([0, 1, 0]);
  expect(beside.append).toHaveBeenCalledWith(field);
});

test("a command that would copy something else is not trusted", async () => {
  const command = vi.fn(() => true);
  const { field } = plainPage(command);
  field.focus.mockImplementation(() => undefined);
  expect(await copied("尊敬的李秀英", null)).toBe("selected");
  expect(command).not.toHaveBeenCalled();
});

test("where that is refused too, the text is selected in sight", async () => {
  plainPage(() => false);
  const selectAllChildren = vi.fn();
  vi.stubGlobal("getSelection", () => ({ selectAllChildren }));
  const opened = vi.fn();
  const shown = { parentElement: { append: vi.fn() }, closest: () => ({ setAttribute: opened, parentElement: { append: vi.fn() } }), querySelector: () => null } as unknown as HTMLElement;
  expect(await copied("尊敬的李秀英", shown)).toBe("selected");
  expect(opened).toHaveBeenCalledWith("open", "");
  expect(selectAllChildren).toHaveBeenCalledWith(shown);
});
