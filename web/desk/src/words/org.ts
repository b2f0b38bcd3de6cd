import { pair } from "../frame/words";
import { en } from "./en/org";
import { zh } from "./zh/org";

export const orgWords = pair(zh, en);
