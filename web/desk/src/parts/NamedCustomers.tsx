/** A few customers by name, each a link to their page. */
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";

export function NamedCustomers({ of, between }: { of: readonly { readonly id: string; readonly name: string }[]; between: string }) {
  return <>{of.map(({ id, name }, i) => <Fragment key={id}>{i > 0 && between}<Link to={`/customers/${id}`}>{name}</Link></Fragment>)}</>;
}
