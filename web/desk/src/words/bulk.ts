import { pair } from "../frame/words";
import { en } from "./en/bulk";
import { zh } from "./zh/bulk";

export const bulkWords = pair(zh, en);
