/** The kinds of work by their keys, in the reader's language; `any` stands for those without a form of their own. */
import { useWords } from "../frame/words";
import { intakeWords } from "../words/intake";
import { remarkWords } from "../words/remark";

export function useBusinessTypes(): Readonly<Record<string, string>> {
  const { businessTypes } = useWords(intakeWords);
  return { ...businessTypes, ...useWords(remarkWords).moreTypes };
}
