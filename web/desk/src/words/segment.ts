import { pair } from "../frame/words";
import { en } from "./en/segment";
import { zh } from "./zh/segment";

export const segmentWords = pair(zh, en);
