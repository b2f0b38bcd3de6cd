/** Consent and retention in the settings: rules, periods, holds, the register of requests. */
import { useState } from "react";
import { useWords } from "../frame/words";
import { later } from "../parts/later";
import { Parts } from "../parts/Parts";
import { rightsWords } from "../words/rights";

const Requests = later(() => import("./Requests").then((all) => all.Requests));
const Rules = later(() => import("./Rules").then((all) => all.Rules));
const Keep = later(() => import("./Keep").then((all) => all.Keep));
const Holds = later(() => import("./Holds").then((all) => all.Holds));
const Purposes = later(() => import("./Purposes").then((all) => all.Purposes));

export function RightsSettings() {
  const words = useWords(rightsWords);
  const [chosen, choose] = useState("requests");
  const items = [
    { key: "requests", label: words.requests, children: <Requests /> },
    { key: "rules", label: words.rules, children: <Rules /> },
    { key: "keep", label: words.keep, children: <Keep /> },
    { key: "holds", label: words.holds, children: <Holds /> },
    { key: "purposes", label: words.purposes, children: <Purposes /> },
  ];
  return <Parts small items={items} chosen={chosen} onChoose={choose} />;
}
