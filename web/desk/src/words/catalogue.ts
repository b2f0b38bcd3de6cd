import { pair } from "../frame/words";
import { en } from "./en/catalogue";
import { zh } from "./zh/catalogue";

export const catalogueWords = pair(zh, en);
