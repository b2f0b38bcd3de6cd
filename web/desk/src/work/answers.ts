/**
 * Answers to the questions of a script, each in the JSON type of its fact as the program takes it (tend-rules,
 * customer/built_in.rs). What was not answered, or does not fit, stays out: one misfit refuses the whole result.
 */
export type FactTypes = ReadonlyMap<string, string>;

export function typesOf(facts: readonly { readonly key: string; readonly type: string }[] | undefined): FactTypes | undefined {
  return facts && new Map(facts.map((fact) => [fact.key, fact.type]));
}

/** The answer as its fact takes it; undefined where there is none. A draft may hold what another desk or type left there. */
export function fitted(type: string, answer: unknown): unknown {
  switch (type) {
    case "bool":
      return typeof answer === "boolean" ? answer : undefined;
    case "int":
      return Number.isSafeInteger(answer) ? answer : undefined;
    case "double":
      return Number.isFinite(answer) ? answer : undefined;
    case "money":
      return holds(answer, "minor") && Number.isSafeInteger(answer.minor) ? answer : undefined;
    case "birthday":
      return holds(answer, "calendar") && Number.isInteger(answer.month) && Number.isInteger(answer.day) ? answer : undefined;
    case "date":
      return typeof answer === "string" && /^\d{4}-\d\d-\d\d$/.test(answer) ? answer : undefined;
    default:
      return typeof answer === "string" ? answer.trim() || undefined : undefined;
  }
}

/** What goes out with the result: of the asked facts those that are answered. Before the catalogue is there the answers go as they were given. */
export function toldFacts(answers: Readonly<Record<string, unknown>>, asked: readonly (string | null | undefined)[], types: FactTypes | undefined): Record<string, unknown> | undefined {
  const told: [string, unknown][] = [];
  for (const fact of new Set(asked)) {
    // A fact that the catalogue does not have has no field either.
    if (!fact || (types && !types.has(fact))) continue;
    const answer = answers[fact] ?? undefined;
    const value = types ? fitted(types.get(fact)!, answer) : answer;
    if (value !== undefined && value !== "") told.push([fact, value]);
  }
  return told.length > 0 ? Object.fromEntries(told) : undefined;
}

const holds = (answer: unknown, part: string): answer is Record<string, unknown> => typeof answer === "object" && answer !== null && part in answer;
