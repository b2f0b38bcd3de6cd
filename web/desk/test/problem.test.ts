/** What a failure is to the reader: the server's refusal, a lost line, or a fault of the page whose English is not shown. */
import { expect, test } from "vitest";
import { ApiProblem, asProblem } from "../src/frame/problem";

test("a fault of the page has no words of its own; they stay with the cause", () => {
  const fault = new TypeError("Cannot read properties of undefined (reading 'map')");
  const problem = asProblem(fault);
  expect([problem.code, problem.shape.detail, problem.cause]).toEqual(["desk_fault", undefined, fault]);
  expect(asProblem("thrown as text").shape).toEqual({ status: 0, code: "desk_fault" });
});

test.each(["Failed to fetch", "Load failed", "NetworkError when attempting to fetch resource.", "network error"])("%s: the line is lost", (words) => {
  expect(asProblem(new TypeError(words)).code).toBe("connection_lost");
  expect(asProblem(new Error(words)).code).toBe("desk_fault");
});

test("a piece of the desk that is gone after an update is no lost line", () => {
  expect(asProblem(new TypeError("Failed to fetch dynamically imported module: /assets/x.js")).code).toBe("desk_fault");
});

test("what was shown goes when it may not be seen any longer, and stays over any other failure", () => {
  const goes = [0, 401, 403, 404, 409, 410, 429, 500, 503].filter((status) => new ApiProblem({ status, code: "x" }).takesAway);
  expect(goes).toEqual([401, 403, 404, 410]);
});
