/** The finding above the statement: who is ahead, who is behind, or nothing where there is nothing to say. */
import { describe, expect, test } from "vitest";
import type { StatementRow } from "../src/frame/shapes";
import { finding, PARTS, shareOf } from "../src/report/StatementChart";

const line = (title: string, handed_out: number, done: number, verified = 0, failed = 0) =>
  ({ key: title, title, handed_out, done, verified, failed, expired: 0, accepted: 0, returned: 0, open: handed_out - done - verified - failed }) as unknown as StatementRow;

describe("the finding", () => {
  test("names the best and the worst by share", () => {
    const found = finding([line("A", 100, 20, 20), line("B", 80, 60, 10), line("C", 90, 10)]);
    expect([found?.best.title, found?.worst.title]).toEqual(["B", "C"]);
  });
  test("passes over who had hardly anything", () => {
    expect(finding([line("A", 100, 50), line("B", 100, 40), line("tiny", 2, 2)])?.best.title).toBe("A");
  });
  test("says nothing where all stand alike, or alone", () => {
    expect(finding([line("A", 10, 5), line("B", 20, 10)])).toBeNull();
    expect(finding([line("A", 10, 5)])).toBeNull();
    expect(finding([])).toBeNull();
  });
  test("each work order stands in one part", () => {
    const row = line("A", 100, 20, 10, 5);
    expect(PARTS.reduce((sum, part) => sum + part.of(row), 0)).toBe(row.handed_out);
    expect(shareOf(row)).toBe(30);
    expect(shareOf(line("none", 0, 0))).toBeNull();
  });
});
