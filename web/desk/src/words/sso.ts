import { pair } from "../frame/words";
import { en } from "./en/sso";
import { zh } from "./zh/sso";

export const ssoWords = pair(zh, en);
