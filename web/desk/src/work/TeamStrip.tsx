/** The team at this moment: who is on what, who is behind, who has done nothing for long. Moved by the news, never by asking again and again. */
import { useQuery } from "@tanstack/react-query";
import { useWords } from "../frame/words";
import { ErrorLine } from "../parts/states";
import { frameWords } from "../words/frame";
import { workWords } from "../words/work";
import { teamQuery } from "./queries";

/** From here on an idle person is worth a look. */
const IDLE_MINUTES = 20;
/** Of those who are away, only who is furthest behind is worth a place. */
const BEHIND_MAX = 6;
const ORDER: Readonly<Record<string, number>> = { busy: 0, wrap_up: 1, ready: 2, away: 3, offline: 4 };

export function TeamStrip({ unit }: { unit: string | undefined }) {
  const words = useWords(workWords).board;
  const presence = useWords(frameWords).presence;
  const team = useQuery(teamQuery(unit));
  const people = [...(team.data ?? [])].sort((a, b) => (ORDER[a.state] ?? 9) - (ORDER[b.state] ?? 9) || b.overdue - a.overdue);
  const here = people.filter((one) => one.state !== "offline");
  const behind = people.filter((one) => one.state === "offline" && one.overdue > 0);
  if (team.error && !team.data) return <ErrorLine thrown={team.error} onRetry={() => void team.refetch()} />;
  if (people.length === 0) return null;
  const state = (word: string) => (word === "offline" ? words.offline : presence[word as "ready"]);
  return (
    <section className="team" aria-label={words.team}>
      <span className="quiet small">{words.here(here.length, people.length)}</span>
      <ul>
        {[...here, ...behind.slice(0, BEHIND_MAX)].map((one) => (
          <li key={one.staff_id} title={`${one.name} · ${state(one.state)} · ${words.loadOf(one.load, one.capacity)}`}>
            <span className={`dot ${one.state}`} />
            <span>{one.name}</span>
            <span className={one.state === "offline" ? "unseen" : "quiet small"}>{state(one.state)}</span>
            {one.overdue > 0 && <span className="risk small">{words.overdueOf(one.overdue)}</span>}
            {one.state !== "offline" && (one.idle_minutes ?? 0) >= IDLE_MINUTES && <span className="due small">{words.idle(one.idle_minutes ?? 0)}</span>}
          </li>
        ))}
        {behind.length > BEHIND_MAX && <li className="quiet small">{words.moreBehind(behind.length - BEHIND_MAX)}</li>}
      </ul>
    </section>
  );
}
