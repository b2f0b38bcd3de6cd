import { pair } from "../frame/words";
import { en } from "./en/gift";
import { zh } from "./zh/gift";

export const giftWords = pair(zh, en);
