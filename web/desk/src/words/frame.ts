import { pair } from "../frame/words";
import { en } from "./en/frame";
import { zh } from "./zh/frame";

export const frameWords = pair(zh, en);
