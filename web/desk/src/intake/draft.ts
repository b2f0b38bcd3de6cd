/**
 * An import that is being prepared. Kept in this browser, so that going back, reloading or leaving the
 * page loses nothing; the file itself is with the server already. It shows rows of the file and cells that
 * were edited, so it goes when the person signs out.
 */
import type { Edit, Fix, FixDeed, MappedColumn, Mapping, ProblemKind, Upload, UploadCheck } from "../frame/shapes";
import { kept, OWN } from "../frame/store";

export interface Draft {
  readonly step: 0 | 1 | 2;
  readonly upload: Upload;
  readonly fileName: string;
  readonly mapping: Mapping;
  readonly as: "customers" | "orders";
  readonly name: string;
  readonly businessType: string;
  readonly reason: string;
  readonly fixes: readonly Fix[];
  readonly edits: readonly Edit[];
  readonly onDuplicate: "merge" | "keep" | "skip";
  /** What was decided about single rows instead; none in a draft of an earlier version of the desk. */
  readonly choices?: readonly RowChoice[];
  /** What was last checked, to tell whether a change waits for its check. */
  readonly checked: string | null;
  /** That check: an import begins only with the findings that were seen. */
  readonly check?: string;
  /** What a person said of how the file is read; none in a draft of an earlier version of the desk. */
  readonly said?: Said;
}

/** How a file is to be read, under the names that the server takes them by; what is not said is found out. */
export interface Said {
  readonly sheet?: string;
  readonly encoding?: string;
  readonly separator?: string;
  readonly as?: Draft["as"];
}

/** What was decided about a row that looks like somebody: into whom it goes, a new customer, or left out. */
export interface RowChoice {
  readonly row: number;
  readonly deed: "merge" | "keep" | "skip";
  readonly customer_id?: string;
  /** Into whatever becomes of this earlier row. */
  readonly same_as_row?: number;
}

export const draft = kept<Draft | null>(null, `${OWN}import`);

export function begun(upload: Upload, fileName: string, said: Said = {}): Draft {
  return {
    said,
    step: 0, upload, fileName, mapping: { columns: upload.suggested_mapping.columns.map((column) => remembered(upload, column)) }, as: upload.as === "orders" ? "orders" : "customers",
    name: fileName.replace(/\.(xlsx|csv|txt)$/i, "").slice(0, 80), businessType: "care_visit", reason: "", fixes: [], edits: [], onDuplicate: "merge", checked: null,
  };
}

/** A file that was read once more: what was written about the batch stays; fixes, edits and decisions were about other cells. */
export function readAnew(before: Draft | null, next: Draft): Draft {
  if (!before || before.fileName !== next.fileName) return next;
  const { name, businessType, reason, onDuplicate } = before;
  return { ...next, name, businessType, reason, onDuplicate };
}

/** Whether what was read belongs on the screen. A file that was read once more does as long as the reading it mends (`anew`) is there: not dropped meanwhile, nor another. */
export function isAwaited(now: Pick<Draft, "upload"> | null, anew: string | undefined): boolean {
  return anew === undefined || now?.upload.id === anew;
}

/** A column as it was last mapped for these headings, else as suggested. */
export function remembered(upload: Pick<Upload, "remembered_mapping">, column: MappedColumn): MappedColumn {
  const last = upload.remembered_mapping?.columns.find((one) => one.heading === column.heading);
  if (!last) return column;
  const { target } = last;
  const word = target === "ignore" ? "ignore" : "field" in target ? target.field : `fact:${target.fact.key}`;
  const fact_type = typeof target === "object" && "fact" in target ? target.fact.kind : null;
  return { ...column, target: word, fact_type, confidence: 1, day_order: last.day_order ?? column.day_order };
}

/** Whether findings are of the check that this draft asked for: in another tab somebody may have asked for another. */
export function isOwn(now: Pick<Draft, "check">, found: Pick<UploadCheck, "id">): boolean {
  return found.id !== null && found.id === now.check;
}

/** What a check depends on. */
export function checkBody(now: Draft) {
  const columns = now.mapping.columns.map(({ heading, target, fact_type, day_order }) => ({ heading, target, fact_type, day_order }));
  // The description leaves fixes and edits open, so they go out as plain objects.
  return { mapping: { columns }, as: now.as, fixes: now.fixes.map((fix) => ({ ...fix })), edits: now.edits.map((edit) => ({ ...edit })) };
}

/** Chooses what happens to all cells of a kind; choosing nothing takes the fix away. */
export function withFix(fixes: readonly Fix[], kind: Pick<ProblemKind, "code" | "column">, deed: FixDeed | null): readonly Fix[] {
  const others = fixes.filter((fix) => fix.code !== kind.code || fix.heading !== (kind.column || undefined));
  return deed ? [...others, { code: kind.code, heading: kind.column || undefined, deed }] : others;
}

/** The last decision about a row counts; none takes it back to the rule. */
export function withChoice(choices: readonly RowChoice[], row: number, choice: RowChoice | null): readonly RowChoice[] {
  const others = choices.filter((one) => one.row !== row);
  return choice ? [...others, choice] : others;
}

/** The last edit of a cell counts. */
export function withEdit(edits: readonly Edit[], edit: Edit): readonly Edit[] {
  return [...edits.filter((one) => one.row !== edit.row || one.heading !== edit.heading), edit];
}
