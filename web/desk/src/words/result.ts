import { pair } from "../frame/words";
import { en } from "./en/result";
import { zh } from "./zh/result";

export const resultWords = pair(zh, en);
