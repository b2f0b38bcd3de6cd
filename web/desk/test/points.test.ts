/** What takes the place of the phones, mails … on file: never a masked one, and never nothing by mistake. */
import { expect, test } from "vitest";
import { heldOf, missingKinds, toSave } from "../src/customer/points";

const point = (kind: string, rank: number) => ({ kind, rank, masked: "138****1234" });

test("the preferred one comes first, and only those of the kind are meant", () => {
  const points = [point("phone", 1), point("mail", 0), point("phone", 0)];
  expect(heldOf(points, "phone").map(({ rank }) => rank)).toEqual([0, 1]);
  expect(missingKinds(points)).toEqual(["wechat", "address", "id_number"]);
});

test("nothing is sent before the list was opened or begun anew", () => {
  expect(toSave([""], "closed")).toBeNull();
  expect(toSave(["138 0000 1234"], "closed")).toBeNull();
});

test("whoever saw the list may empty it, whoever did not may not", () => {
  expect(toSave([" "], "opened")).toEqual([]);
  expect(toSave([], "opened")).toEqual([]);
  expect(toSave([" ", ""], "blank")).toBeNull();
  expect(toSave([" 138 0000 1234 ", ""], "blank")).toEqual(["138 0000 1234"]);
});
