import { pair } from "../frame/words";
import { en } from "./en/remark";
import { zh } from "./zh/remark";

export const remarkWords = pair(zh, en);
