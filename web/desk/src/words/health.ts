import { pair } from "../frame/words";
import { en } from "./en/health";
import { zh } from "./zh/health";

export const healthWords = pair(zh, en);
