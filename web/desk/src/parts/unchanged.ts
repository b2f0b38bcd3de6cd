/** A form that was opened to change something and was saved as it was: nothing is sent, and nobody is told that it was changed. */
import { App } from "antd";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";

const said = (value: unknown): string => (value === undefined || value === null || value === "" ? "" : JSON.stringify(typeof value === "string" ? value.trim() : value));

/** Whether what is filled in is what the form began with; an empty field is one that nobody filled in. */
export function isUnchanged(first: object, filled: object): boolean {
  const before = first as Record<string, unknown>;
  return Object.entries(filled).every(([name, value]) => said(value) === said(before[name]));
}

/** Closes the form and says so. */
export function useUnchanged(onClose: () => void): () => void {
  const { unchanged } = useWords(partsWords);
  const { message } = App.useApp();
  return () => {
    void message.info(unchanged);
    onClose();
  };
}
