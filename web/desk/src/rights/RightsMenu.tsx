/** What a customer may demand of their data, on the customer page: a copy, a request in the register, a hold, erasure. */
import { Button, Dropdown } from "antd";
import { useState } from "react";
import { address } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { useFile } from "../parts/FileButton";
import { later } from "../parts/later";
import { rightsWords } from "../words/rights";

const RequestForm = later(() => import("./RightsForms").then((all) => all.RequestForm));
const HoldForm = later(() => import("./RightsForms").then((all) => all.HoldForm));
const EraseForm = later(() => import("./RightsForms").then((all) => all.EraseForm));

interface Of {
  readonly id: string;
  readonly name: string;
}

export function RightsMenu({ id, name }: Of) {
  const words = useWords(rightsWords);
  const may = useMe().permissions.includes("rights.manage");
  const copy = useFile();
  const [open, show] = useState<"request" | "hold" | "erase" | null>(null);
  if (!may) return null;
  const items = [
    { key: "copy", label: words.copy, onClick: () => copy.mutate({ from: address("/customers/{id}/copy", { path: { id } }), name: `${id}.zip` }) },
    { key: "request", label: words.request, onClick: () => show("request") },
    { key: "hold", label: words.hold, onClick: () => show("hold") },
    { type: "divider" as const },
    { key: "erase", label: words.erase, danger: true, onClick: () => show("erase") },
  ];
  const close = () => show(null);
  return (
    <>
      <Dropdown trigger={["click"]} menu={{ items }}><Button loading={copy.isPending}>{words.menu}</Button></Dropdown>
      {open === "request" && <RequestForm id={id} name={name} onClose={close} />}
      {open === "hold" && <HoldForm id={id} name={name} onClose={close} />}
      {open === "erase" && <EraseForm id={id} name={name} onClose={close} />}
    </>
  );
}
