/** Finding in the lists that the firm agreed on. */
import { expect, test } from "vitest";
import { matching } from "../src/parts/matching";

const rows = [{ key: "car_model", zh: "车型", en: "Car model" }, { key: "children", zh: "子女", en: "Children" }];
const found = (typed: string) => matching(rows, typed, (row) => [row.key, row.zh, row.en]).map((row) => row.key);

test("a row is found by any of its names, whatever the case and order of the words", () => {
  expect(found("车型")).toEqual(["car_model"]);
  expect(found("MODEL car")).toEqual(["car_model"]);
  expect(found("  ")).toEqual(["car_model", "children"]);
});

test("every word that was typed must stand in the row", () => {
  expect(found("car children")).toEqual([]);
});
