/** What holds in the whole firm is changed from head office; whoever sits below reads it, and who may change it. */
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";

/** Whether the person sits in head office. One of whom the desk does not know it, as without a line, only reads. */
export const useInHeadOffice = (): boolean => useMe().seat === "head_office";

/** The line above such settings, for those who only read them. */
export function HeadOfficeOnly({ right }: { right: "staff.manage" | "rights.manage" }) {
  const { headOffice } = useWords(partsWords);
  if (useInHeadOffice()) return null;
  return <p className="quiet" role="note" style={{ marginBottom: 12, maxWidth: 720 }}>{headOffice[right]}</p>;
}
