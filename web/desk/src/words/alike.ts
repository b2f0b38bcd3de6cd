import { pair } from "../frame/words";
import { en } from "./en/alike";
import { zh } from "./zh/alike";

export const alikeWords = pair(zh, en);
