/** The single cells of one kind of problem; each can be set right here. */
import { Button, Input } from "antd";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Edit, ProblemKind, RowProblem } from "../frame/shapes";
import { useWords } from "../frame/words";
import { Shown } from "../parts/states";
import { intakeWords } from "../words/intake";
import { partsWords } from "../words/parts";
import { uploadProblemsQuery } from "./queries";

interface Props {
  readonly upload: string;
  readonly kind: ProblemKind;
  readonly edits: readonly Edit[];
  readonly onEdit: (edit: Edit) => void;
}

export function CellProblems({ upload, kind, edits, onEdit }: Props) {
  const words = useWords(intakeWords).wizard;
  const parts = useWords(partsWords);
  const cells = useInfiniteQuery(uploadProblemsQuery(upload, kind));
  return (
    <section>
      <h3 style={{ marginBottom: 8 }}>{words.rowsOf(kind.title)}</h3>
      <Shown of={cells} lines={4}>
        {(pages) => (
          <div className="sheet">
            <table>
              <thead><tr><th className="figure">{words.row}</th><th>{words.column}</th><th>{words.text}</th><th>{words.why2}</th><th style={{ width: 320 }}>{words.edit}</th></tr></thead>
              <tbody>
                {pages.pages.flatMap((page) => page.items).map((cell, i) => (
                  <Cell key={`${cell.row}${cell.column}${i}`} cell={cell} edited={edits.find((edit) => edit.row === cell.row && edit.heading === cell.column)?.text ?? null} onEdit={onEdit} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Shown>
      {cells.hasNextPage && <Button size="small" style={{ marginTop: 8 }} loading={cells.isFetchingNextPage} onClick={() => void cells.fetchNextPage()}>{parts.more}</Button>}
    </section>
  );
}

function Cell({ cell, edited, onEdit }: { cell: RowProblem; edited: string | null; onEdit: (edit: Edit) => void }) {
  const words = useWords(intakeWords).wizard;
  const [text, setText] = useState(edited ?? cell.suggestion ?? cell.text);
  return (
    <tr>
      <td className="figure">{cell.row}</td>
      <td>{cell.column}</td>
      <td className="mono">{cell.text}</td>
      <td className="wraps">{cell.reason}</td>
      <td>
        <span className="row">
          <Input size="small" value={text} aria-label={`${words.edit} ${cell.row} ${cell.column}`} onChange={(event) => setText(event.target.value)} onPressEnter={() => onEdit({ row: cell.row, heading: cell.column, text })} />
          <Button size="small" type={edited === text ? "text" : "default"} onClick={() => onEdit({ row: cell.row, heading: cell.column, text })}>{edited === text ? `✓ ${words.edited}` : words.edit}</Button>
        </span>
      </td>
    </tr>
  );
}
