/** What holds in the whole firm is changed from head office; whoever sits below reads it, and who may change it. */
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { partsWords } from "../words/parts";

type FirmRight = "staff.manage" | "rights.manage" | "catalogue.manage" | "plans.edit";

/** Whether the person sits in head office. One of whom the desk does not know it, as without a line, only reads. */
export const useInHeadOffice = (): boolean => useMe().seat === "head_office";

/** Whether the person changes what the right opens for the whole firm. */
export function useRulesFirm(right: FirmRight): boolean {
  const holds = useMe().permissions.includes(right);
  return useInHeadOffice() && holds;
}

/** The line above such settings, for those who only read them although their role holds the right. */
export function HeadOfficeOnly({ right }: { right: FirmRight }) {
  const { headOffice } = useWords(partsWords);
  const holds = useMe().permissions.includes(right);
  if (useInHeadOffice() || !holds) return null;
  return <p className="quiet" role="note" style={{ marginBottom: 12, maxWidth: 720 }}>{headOffice[right]}</p>;
}
