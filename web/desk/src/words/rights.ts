import { pair } from "../frame/words";
import { en } from "./en/rights";
import { zh } from "./zh/rights";

export const rightsWords = pair(zh, en);
