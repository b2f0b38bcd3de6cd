import { pair } from "../frame/words";
import { en } from "./en/text";
import { zh } from "./zh/text";

export const textWords = pair(zh, en);
