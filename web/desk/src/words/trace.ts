import { pair } from "../frame/words";
import { en } from "./en/trace";
import { zh } from "./zh/trace";

export const traceWords = pair(zh, en);
