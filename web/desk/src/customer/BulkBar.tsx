/** Above the rows while customers are chosen: how many, all that match instead, and what is to be done with them. */
import { Button } from "antd";
import { useState } from "react";
import { usePreferences } from "../frame/preferences";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { countText } from "../parts/count";
import { later } from "../parts/later";
import { bulkWords } from "../words/bulk";
import { exportWords } from "../words/export";
import { mayExport } from "./exports";
import { type Chosen, NOBODY } from "./bulk";
import type { Shown } from "./listAddress";

const BulkDialog = later(() => import("./BulkDialog").then((all) => all.BulkDialog));
const ExportDialog = later(() => import("./ExportDialog").then((all) => all.ExportDialog));

interface Props {
  readonly chosen: Chosen;
  readonly shown: Shown;
  /** How many match, as far as the list knows. */
  readonly about: number;
  readonly onChoose: (chosen: Chosen) => void;
  readonly onBegun: (id: string) => void;
}

export function BulkBar({ chosen, shown, about, onChoose, onBegun }: Props) {
  const words = useWords(bulkWords);
  const { language } = usePreferences();
  const [dialog, setDialog] = useState<"edit" | "export" | "closed">("closed");
  const exporting = useWords(exportWords);
  const me = useMe();
  if (chosen.kind === "rows" && chosen.ids.length === 0) return null;
  const all = countText(about, language);
  const begun = (id: string) => {
    setDialog("closed");
    onChoose(NOBODY);
    onBegun(id);
  };
  return (
    <div className="row wrap" role="group" aria-label={words.title} style={{ gap: 8 }}>
      <strong role="status">{chosen.kind === "rows" ? words.chosen(chosen.ids.length) : words.allChosen(all)}</strong>
      {chosen.kind === "rows" && about > chosen.ids.length && <Button size="small" type="link" onClick={() => onChoose({ kind: "all" })}>{words.chooseAll(all)}</Button>}
      <Button size="small" type="primary" onClick={() => setDialog("edit")}>{words.open}</Button>
      {mayExport(me.role) && <Button size="small" onClick={() => setDialog("export")}>{exporting.open}</Button>}
      <Button size="small" type="text" onClick={() => onChoose(NOBODY)}>{words.clear}</Button>
      {dialog === "export" && <ExportDialog chosen={chosen} shown={shown} onClose={() => setDialog("closed")} />}
      {dialog === "edit" && <BulkDialog chosen={chosen} shown={shown} onClose={() => setDialog("closed")} onBegun={begun} />}
    </div>
  );
}
