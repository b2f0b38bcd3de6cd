/** What a colleague changed while a form was open, field by field. */
import { expect, test } from "vitest";
import { turned } from "../src/parts/useSeen";

test("only what says something else now is told", () => {
  expect(turned({ Name: "Box", Cost: "¥20", Month: "5" }, { Name: "Box", Cost: "¥25", Month: "5" })).toEqual({ Cost: "¥25" });
  expect(turned({ Name: "Box" }, { Name: "Box" })).toEqual({});
});

test("a part that came is told with its words, one that went with none", () => {
  expect(turned({ "Wording 1": "a", "Wording 2": "b" }, { "Wording 1": "a", "Wording 3": "c" })).toEqual({ "Wording 3": "c", "Wording 2": "" });
});
