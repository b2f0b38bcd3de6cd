import { pair } from "../frame/words";
import { en } from "./en/plan";
import { zh } from "./zh/plan";

export const planWords = pair(zh, en);
