import { pair } from "../frame/words";
import { en } from "./en/token";
import { zh } from "./zh/token";

export const tokenWords = pair(zh, en);
