import { pair } from "../frame/words";
import { en } from "./en/webhook";
import { zh } from "./zh/webhook";

export const webhookWords = pair(zh, en);
