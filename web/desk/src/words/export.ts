import { pair } from "../frame/words";
import { en } from "./en/export";
import { zh } from "./zh/export";

export const exportWords = pair(zh, en);
