/** Consent and retention in the settings: rules, periods, holds, the register of requests. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useWords } from "../frame/words";
import { later } from "../parts/later";
import { Parts } from "../parts/Parts";
import { Bones } from "../parts/states";
import { rightsWords } from "../words/rights";

const Requests = later(() => import("./Requests").then((all) => all.Requests), <Bones />);
const Rules = later(() => import("./Rules").then((all) => all.Rules), <Bones />);
const Keep = later(() => import("./Keep").then((all) => all.Keep), <Bones />);
const Holds = later(() => import("./Holds").then((all) => all.Holds), <Bones />);
const Purposes = later(() => import("./Purposes").then((all) => all.Purposes), <Bones />);

export function RightsSettings() {
  const words = useWords(rightsWords);
  const navigate = useNavigate();
  // In the address, as the part above it, so that a colleague can be sent to it.
  const { of = "requests" } = useSearch({ strict: false }) as { of?: string };
  const items = [
    { key: "requests", label: words.requests, children: <Requests /> },
    { key: "rules", label: words.rules, children: <Rules /> },
    { key: "keep", label: words.keep, children: <Keep /> },
    { key: "holds", label: words.holds, children: <Holds /> },
    { key: "purposes", label: words.purposes, children: <Purposes /> },
  ];
  return <Parts small items={items} chosen={of} onChoose={(key) => void navigate({ to: ".", search: { part: "rights", of: key } as never, replace: true })} />;
}
