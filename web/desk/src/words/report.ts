import { pair } from "../frame/words";
import { en } from "./en/report";
import { zh } from "./zh/report";

export const reportWords = pair(zh, en);
