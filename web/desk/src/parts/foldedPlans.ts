/** What care plans say beside work that no plan asked for: those that speak first, the silent ones by name only, none twice. */
import type { WhyAnswer } from "../frame/shapes";

type Said = Pick<WhyAnswer, "decided" | "because"> & { readonly plan: { readonly title: string } };

export function foldedPlans<A extends Said>(answers: readonly A[]): { speak: A[]; silent: string[] } {
  const order = ["due", "withheld"];
  const speaking = answers.filter((one) => order.includes(one.decided)).sort((a, b) => order.indexOf(a.decided) - order.indexOf(b.decided));
  const speak = [...new Map(speaking.map((one) => [`${one.decided} ${one.plan.title} ${one.because}`, one])).values()];
  const heard = new Set(speak.map((one) => one.plan.title));
  const silent = new Set(answers.map((one) => one.plan.title).filter((title) => !heard.has(title)));
  return { speak, silent: [...silent] };
}
