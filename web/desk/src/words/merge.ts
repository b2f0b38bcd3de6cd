import { pair } from "../frame/words";
import { en } from "./en/merge";
import { zh } from "./zh/merge";

export const mergeWords = pair(zh, en);
