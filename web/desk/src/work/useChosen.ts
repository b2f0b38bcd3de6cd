/**
 * Which row of My day is chosen. The address says it, so that it still is after a look at the customer, at another tab
 * or a reload. On a phone the card is a step of its own: the system's Back leads from it to the list.
 */
import { useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { TouchRow } from "../frame/shapes";
import { hasLeft, standIn } from "./order";

const HERE = "/my-day";
/** Marks the step from the list to a card in the history of the browser. */
const STEP = "tendCard";

export interface Chosen {
  readonly row: TouchRow | undefined;
  /** What was chosen and is no longer the person's, until they say where to go on: what they are about to type was meant for it. */
  readonly gone: TouchRow | null;
  readonly pick: (id: string | null) => void;
  /** Whether it is what the person picked last, in the list still or not. */
  readonly isPicked: (id: string) => boolean;
}

/** `rows` are those on screen, `all` whatever the filter shows: what a filter hides is not gone. */
export function useChosen(rows: readonly TouchRow[], all: readonly TouchRow[], room: "wide" | "phone"): Chosen {
  const router = useRouter();
  const { touch = null } = useSearch({ strict: false }) as { touch?: string };
  const [picked, set] = useState<string | null>(touch);
  const latest = useRef(picked);
  const keep = (id: string | null) => {
    latest.current = id;
    set(id);
  };
  // Back, forward and links move the address by themselves; of what was picked meanwhile it may be behind.
  useEffect(() => {
    const { pathname, search } = router.history.location;
    if (touch !== latest.current && pathname === HERE && new URLSearchParams(search).get("touch") === touch) keep(touch);
  }, [router, touch]);
  const { row, left } = useRow(rows, picked, room);
  const [gone, tellGone] = useState<TouchRow | null>(null);
  const card = useRef(row);
  useEffect(() => {
    card.current = row;
  }, [row]);
  const pick = (id: string | null) => {
    tellGone(null);
    go(id);
  };
  const go = (id: string | null) => {
    const place = router.history.location;
    // An answer that comes late must not fetch anybody back to this page.
    if (place.pathname !== HERE) return;
    keep(id);
    if (room === "phone" && id === null && STEP in place.state) return router.history.back();
    const steps = room === "phone" && id !== null && !card.current;
    void router.navigate({ to: HERE, search: (before: object) => ({ ...before, touch: id ?? undefined }), replace: !steps, resetScroll: steps, state: steps ? { [STEP]: "card" } : true } as never);
  };
  // The first row is chosen by nobody, nor is what stands in for one that left: they are named too, so that nothing that
  // comes in above, or comes back, moves a half-written note.
  useEffect(() => {
    if (room !== "wide" || !row || row.id === picked || (picked !== null && !left)) return;
    if (left && !all.some((one) => one.id === left.id)) tellGone(left);
    go(row.id);
  }, [room, picked, left?.id, row?.id]);
  return { row, gone, pick, isPicked: (id) => latest.current === id };
}

/** The picked row. On a wide screen there is always one: for one that is gone stands its neighbour, else the first. */
function useRow(rows: readonly TouchRow[], picked: string | null, room: "wide" | "phone"): { row: TouchRow | undefined; left: TouchRow | null } {
  // As it was when the picked row last stood in it.
  const stood = useRef(rows);
  const here = rows.find((one) => one.id === picked);
  useEffect(() => {
    if (here || picked === null) stood.current = rows;
  }, [here, picked, rows]);
  if (here || room === "phone") return { row: here, left: null };
  const neighbour = picked && standIn(stood.current, picked, rows);
  return { row: rows.find((one) => one.id === neighbour) ?? rows[0], left: (picked && hasLeft(stood.current, picked, rows) && stood.current.find((one) => one.id === picked)) || null };
}
