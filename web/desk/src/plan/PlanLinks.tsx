/** The plans that name a text or a gift: the first three, and how many more. */
import { Link } from "@tanstack/react-router";

export function PlanLinks({ plans, none }: { plans: readonly { readonly id: string; readonly title: string }[]; none: string }) {
  if (plans.length === 0) return <span className="quiet">{none}</span>;
  return <>{plans.slice(0, 3).map((plan, at) => <span key={plan.id}>{at > 0 && " · "}<Link to={`/plans/${plan.id}` as never}>{plan.title}</Link></span>)}{plans.length > 3 && <span className="quiet"> +{plans.length - 3}</span>}</>;
}
