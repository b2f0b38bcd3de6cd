/** Dialogs of the rooms that the palette opens over any page. Beside the frame, which knows no room. */
import { useEffect } from "react";
import { over } from "./frame/over";
import { later } from "./parts/later";

const NewCustomer = later(() => import("./customer/NewCustomer").then((all) => all.NewCustomer));
const NewPlan = later(() => import("./plan/NewPlan").then((all) => all.NewPlan));
const close = () => over.change(() => null);

export function Over() {
  const shown = over.use();
  // A session that ends with a dialog open leaves it to nobody.
  useEffect(() => close, []);
  if (shown === "customer") return <NewCustomer onClose={close} />;
  return shown === "plan" ? <NewPlan of="fresh" onClose={close} /> : null;
}
