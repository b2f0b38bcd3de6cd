import { pair } from "../frame/words";
import { en } from "./en/planForm";
import { zh } from "./zh/planForm";

export const planFormWords = pair(zh, en);
