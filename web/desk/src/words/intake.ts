import { pair } from "../frame/words";
import { en } from "./en/intake";
import { zh } from "./zh/intake";

export const intakeWords = pair(zh, en);
