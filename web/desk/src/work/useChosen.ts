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
  readonly pick: (id: string | null) => void;
  /** Whether it is what the person picked last, in the list still or not. */
  readonly isPicked: (id: string) => boolean;
}

export function useChosen(rows: readonly TouchRow[], room: "wide" | "phone"): Chosen {
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
  const card = useRef(row);
  useEffect(() => {
    card.current = row;
  }, [row]);
  const pick = (id: string | null) => {
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
    if (room === "wide" && row && row.id !== picked && (picked === null || left === "left")) pick(row.id);
  }, [room, picked, left, row?.id]);
  return { row, pick, isPicked: (id) => latest.current === id };
}

/** The picked row. On a wide screen there is always one: for one that is gone stands its neighbour, else the first. */
function useRow(rows: readonly TouchRow[], picked: string | null, room: "wide" | "phone"): { row: TouchRow | undefined; left: "left" | "" } {
  // As it was when the picked row last stood in it.
  const stood = useRef(rows);
  const here = rows.find((one) => one.id === picked);
  useEffect(() => {
    if (here || picked === null) stood.current = rows;
  }, [here, picked, rows]);
  if (here || room === "phone") return { row: here, left: "" };
  const neighbour = picked && standIn(stood.current, picked, rows);
  return { row: rows.find((one) => one.id === neighbour) ?? rows[0], left: picked && hasLeft(stood.current, picked, rows) ? "left" : "" };
}
