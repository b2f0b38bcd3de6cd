import { pair } from "../frame/words";
import { en } from "./en/holding";
import { zh } from "./zh/holding";

export const holdingWords = pair(zh, en);
