import { pair } from "../frame/words";
import { en } from "./en/security";
import { zh } from "./zh/security";

export const securityWords = pair(zh, en);
