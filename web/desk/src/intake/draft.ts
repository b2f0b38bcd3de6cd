/**
 * An import that is being prepared. Kept in this browser, so that going back, reloading or leaving the
 * page loses nothing; the file itself is with the server already.
 */
import type { Edit, Fix, Mapping, ProblemKind, Upload } from "../frame/shapes";
import { kept } from "../frame/store";

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
  /** What was last checked, to tell whether a change waits for its check. */
  readonly checked: string | null;
}

export const draft = kept<Draft | null>(null, "tend.import");

export function begun(upload: Upload, fileName: string): Draft {
  return {
    step: 0, upload, fileName, mapping: upload.remembered_mapping ?? upload.suggested_mapping, as: "customers",
    name: fileName.replace(/\.(xlsx|csv|txt)$/i, ""), businessType: "care", reason: "", fixes: [], edits: [], onDuplicate: "merge", checked: null,
  };
}

/** What a check depends on. */
export function checkBody(now: Draft) {
  return { mapping: now.mapping, as: now.as, fixes: [...now.fixes], edits: [...now.edits] };
}

/** Chooses what happens to all cells of a kind; choosing nothing takes the fix away. */
export function withFix(fixes: readonly Fix[], kind: Pick<ProblemKind, "code" | "column">, act: Fix["act"] | null): readonly Fix[] {
  const others = fixes.filter((fix) => fix.code !== kind.code || fix.column !== kind.column);
  return act ? [...others, { code: kind.code, column: kind.column, act }] : others;
}

/** The last edit of a cell counts. */
export function withEdit(edits: readonly Edit[], edit: Edit): readonly Edit[] {
  return [...edits.filter((one) => one.row !== edit.row || one.column !== edit.column), edit];
}
