/** A few customers by name, each a link to their page where nothing would be lost by leaving. */
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";

interface Props {
  readonly of: readonly { readonly id: string; readonly name: string }[];
  readonly between: string;
  readonly names?: "links" | "plain";
}

export function NamedCustomers({ of, between, names = "links" }: Props) {
  return <>{of.map(({ id, name }, i) => <Fragment key={id}>{i > 0 && between}{names === "links" ? <Link to={`/customers/${id}`}>{name}</Link> : name}</Fragment>)}</>;
}
