/** A link in a row of a long list: an address like any other, and nothing that listens to where the desk is. */
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";

export function RowLink({ to, children }: { to: string; children: ReactNode }) {
  const navigate = useNavigate();
  return (
    <a
      href={to}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        void navigate({ to });
      }}
    >
      {children}
    </a>
  );
}
