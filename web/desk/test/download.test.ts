/** What a file is called that the server sends. */
import { expect, test } from "vitest";
import { nameIn } from "../src/parts/download";

test("the name comes from the server, in whatever script", () => {
  expect(nameIn('attachment; filename="statement.xlsx"')).toBe("statement.xlsx");
  expect(nameIn("attachment; filename*=UTF-8''%E5%BD%95%E9%9F%B3.mp3")).toBe("录音.mp3");
  expect(nameIn("attachment; filename*=UTF-8''%E5%")).toBeNull();
  expect(nameIn("attachment")).toBeNull();
  expect(nameIn(null)).toBeNull();
});
