import { pair } from "../frame/words";
import { en } from "./en/deed";
import { zh } from "./zh/deed";

export const deedWords = pair(zh, en);
