/** The simple conditions behind the chips: each is one term of the expression, joined by `&&`. */
export const CONDITIONS = {
  gold: 'tier == "gold"',
  classA: 'class == "A"',
  silent: "last_contact < today - days(90)",
  orphan: "orphan",
  birthday: "month(birthday) == month(today)",
  due: "agreements.exists(a, a.due >= today && a.due <= today + days(30) && !a.paid)",
  arrears: "arrears_months > 0",
} as const;

export type Condition = keyof typeof CONDITIONS;

/** The terms of an expression that are joined by `&&` outside brackets and quotes. */
export function terms(expression: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let quote = "";
  let from = 0;
  for (let i = 0; i < expression.length; i += 1) {
    const sign = expression[i]!;
    if (quote) {
      if (sign === "\\") i += 1;
      else if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "'") quote = sign;
    else if ("([".includes(sign)) depth += 1;
    else if (")]".includes(sign)) depth -= 1;
    else if (depth === 0 && expression.startsWith("&&", i)) {
      found.push(expression.slice(from, i).trim());
      from = i + 2;
      i += 1;
    }
  }
  found.push(expression.slice(from).trim());
  return found.filter(Boolean);
}

export function holds(expression: string, condition: Condition): boolean {
  return terms(expression).includes(CONDITIONS[condition]);
}

/** Adds the condition, or takes it out when it is there. An `||` or `? :` on top is bracketed first. */
export function toggled(expression: string, condition: Condition): string {
  const now = terms(expression);
  const term = CONDITIONS[condition];
  if (now.includes(term)) return now.filter((one) => one !== term).join(" && ");
  const loose = now.length === 1 && /\|\||\?/.test(now[0]!) && !(now[0]!.startsWith("(") && now[0]!.endsWith(")"));
  return [...(loose ? [`(${now[0]})`] : now), term].join(" && ");
}
