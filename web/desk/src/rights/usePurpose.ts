/** The purposes by name. Apart from the history, whose table the customer page needs only when it is opened. */
import { useQuery } from "@tanstack/react-query";
import { useWords } from "../frame/words";
import { rightsWords } from "../words/rights";
import { purposesQuery } from "./queries";

/** A purpose by its key, in the reader's language. */
export function usePurpose(): (key: string) => string {
  const words = useWords(rightsWords);
  const { data } = useQuery(purposesQuery);
  return (key) => (key === "every" ? words.every : (data?.find((one) => one.key === key)?.title ?? key));
}
