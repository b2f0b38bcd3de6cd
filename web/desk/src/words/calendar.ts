import { pair } from "../frame/words";
import { en } from "./en/calendar";
import { zh } from "./zh/calendar";

export const calendarWords = pair(zh, en);
