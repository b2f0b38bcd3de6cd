import { pair } from "../frame/words";
import { en } from "./en/parts";
import { zh } from "./zh/parts";

export const partsWords = pair(zh, en);
