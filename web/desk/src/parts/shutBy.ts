/**
 * What shuts a dialog: Esc and a click beside it as long as nothing was written in it; then its buttons alone, for a slip
 * must not throw away what was typed.
 */
export const shutBy = (content: "written" | "untouched") => ({ keyboard: content === "untouched", mask: { closable: content === "untouched" } }) as const;

/** Of a dialog with one field to write in. */
export const shutByText = (text: string) => shutBy(text.trim() ? "written" : "untouched");
