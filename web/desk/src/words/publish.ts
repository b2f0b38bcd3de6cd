import { pair } from "../frame/words";
import { en } from "./en/publish";
import { zh } from "./zh/publish";

export const publishWords = pair(zh, en);
