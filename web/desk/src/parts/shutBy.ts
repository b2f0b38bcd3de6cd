/**
 * What shuts a dialog: Esc and a click beside it as long as nothing was written in it; then its buttons alone, for a slip
 * must not throw away what was typed. A form that is there to be filled in is shut by no click beside it, written in or not.
 */
export const shutBy = (content: "written" | "untouched", beside: "shuts" | "stays" = "shuts") => ({ keyboard: content === "untouched", mask: { closable: beside === "shuts" && content === "untouched" } }) as const;

/** Of a dialog with one field to write in. */
export const shutByText = (text: string, beside: "shuts" | "stays" = "shuts") => shutBy(text.trim() ? "written" : "untouched", beside);
