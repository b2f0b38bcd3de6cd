/** Consent and retention in the settings: rules, periods, holds, the register of requests. */
import { useState } from "react";
import { useWords } from "../frame/words";
import { Parts } from "../parts/Parts";
import { rightsWords } from "../words/rights";
import { Holds } from "./Holds";
import { Keep } from "./Keep";
import { Purposes } from "./Purposes";
import { Requests } from "./Requests";
import { Rules } from "./Rules";

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
