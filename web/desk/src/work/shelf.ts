/**
 * What is kept of today's work for reading while the line is lost: the list, and of what was opened from it the card, the
 * story and the words. The server masked the numbers; facts are not kept. Gone at sign-out, and with the day's list.
 */
import { ApiProblem } from "../frame/problem";
import type { CustomerPage, MyDay, OutcomeCode, TimelineItem, TouchPage } from "../frame/shapes";
import { OWN } from "../frame/store";

const DAY = `${OWN}my-day`;
const CODES = `${OWN}outcome-codes.`;
const OPENED = `${OWN}opened.`;
/** As many entries of a story as My day draws. */
export const STORY_MAX = 30;

export const isBroken = (thrown: unknown) => thrown instanceof ApiProblem && (thrown.status === 0 || thrown.status >= 502);

/** The list of today; what was opened of work and customers that are no longer on it goes. */
export function keepDay(answer: MyDay): void {
  keep(DAY, answer);
  const listed = new Set(answer.items.flatMap((row) => [row.id, row.customer.id]));
  try {
    for (const place of Object.keys(localStorage)) if (place.startsWith(OPENED) && !listed.has(place.slice(place.lastIndexOf(".") + 1))) localStorage.removeItem(place);
  } catch {
    // Without storage nothing was kept.
  }
}

export const recallDay = (day: string): MyDay | null => {
  const was = recall<MyDay>(DAY);
  return was?.day === day ? was : null;
};

/** The words of a work order; what others noted about it stays with the server. */
export function keepTouch(page: TouchPage): void {
  keep(CODES + page.touch.business_type, page.outcome_codes);
  if (isListed(page.touch.id)) keep(`${OPENED}touch.${page.touch.id}`, { ...page, history: [] });
}

/** As it was last opened; one that never was has what the list knows, and the outcome codes of its kind. */
export function recallTouch(id: string): TouchPage | null {
  const touch = recall<MyDay>(DAY)?.items.find((row) => row.id === id);
  if (!touch) return null;
  const page = recall<TouchPage>(`${OPENED}touch.${id}`);
  if (page) return { ...page, touch };
  const outcome_codes = recall<OutcomeCode[]>(CODES + touch.business_type);
  return outcome_codes && { touch, outcome_codes, templates: [], history: [] };
}

export function keepCard(customer: CustomerPage): void {
  if (isListed(customer.id)) keep(`${OPENED}card.${customer.id}`, { ...customer, facts: [], bills: [], payments: [], orders: [], relations: [] });
}

export const recallCard = (customer: string) => recall<CustomerPage>(`${OPENED}card.${customer}`);

export function keepStory(customer: string, past: readonly TimelineItem[]): void {
  if (isListed(customer)) keep(`${OPENED}story.${customer}`, past.slice(0, STORY_MAX).map((item) => ({ ...item, payload: {} })));
}

export const recallStory = (customer: string) => recall<TimelineItem[]>(`${OPENED}story.${customer}`);

function isListed(id: string): boolean {
  return recall<MyDay>(DAY)?.items.some((row) => row.id === id || row.customer.id === id) ?? false;
}

function keep(place: string, value: unknown): void {
  try {
    localStorage.setItem(place, JSON.stringify(value));
  } catch {
    // A full browser reads nothing offline and loses nothing else.
  }
}

function recall<T>(place: string): T | null {
  try {
    const text = localStorage.getItem(place);
    return text ? (JSON.parse(text) as T) : null;
  } catch {
    // What cannot be read (any more) is as if it had not been kept.
    return null;
  }
}
