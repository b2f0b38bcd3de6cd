import { pair } from "../frame/words";
import { en } from "./en/process";
import { zh } from "./zh/process";

export const processWords = pair(zh, en);
