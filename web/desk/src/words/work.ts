import { pair } from "../frame/words";
import { en } from "./en/work";
import { zh } from "./zh/work";

export const workWords = pair(zh, en);
