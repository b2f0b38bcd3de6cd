import { pair } from "../frame/words";
import { en } from "./en/customer";
import { zh } from "./zh/customer";

export const customerWords = pair(zh, en);
