/** The palette (Ctrl/Cmd-K): people, screens, actions of the page and of every page (deeds.ts), the last five. */
import { Input, Modal } from "antd";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useState } from "react";
import { frameWords } from "../words/frame";
import { deedWords } from "../words/deed";
import { call } from "./api";
import { deedsFor, type Hands, saysAll } from "./deeds";
import { type Held, heldAt, meant } from "./held";
import { layers } from "./keys";
import { keyText } from "./keyText";
import { PATHS, screensOf } from "./navigation";
import { darkNow, usePreferences } from "./preferences";
import { useMe, useRemember, useSignOut } from "./session";
import { tabs } from "./tabs";
import { useTabName } from "./useTabName";
import { useWide } from "./useWide";
import { useProblemWords } from "../parts/problemWords";
import { useSettled } from "../parts/useSettled";
import { useWords } from "./words";

interface Row {
  readonly group: "people" | "colleagues" | "screens" | "actions" | "deeds" | "last";
  readonly id: string;
  readonly title: string;
  readonly aside: string;
  readonly run: () => void;
}

interface Props {
  readonly onClose: () => void;
  readonly onGo: (to: string) => void;
  readonly onSheet: () => void;
}

export function Palette({ onClose, onGo, onSheet }: Props) {
  const words = useWords(frameWords);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const told = useProblemWords();
  const { rows, searching, broken, answer } = useRows(text.trim(), { onClose, onGo, onSheet });
  const [held, hold] = useState<Held | null>(null);
  const chosen = Math.min(at, Math.max(rows.length - 1, 0));
  useEffect(() => {
    document.getElementById(`palette-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  // Whoever types fast means what is typed, not what was found for the letters before: Enter waits for its answer.
  useEffect(() => {
    if (!held || answer === "awaited") return;
    hold(null);
    meant(rows, held)?.run();
  }, [held, answer, rows]);
  const keys = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      hold(null);
      setAt((chosen + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % Math.max(rows.length, 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (answer === "awaited") hold(heldAt(rows, chosen));
      else rows[chosen]?.run();
    }
  };
  return (
    <Modal open title={null} closable={false} footer={null} onCancel={onClose} width={600} style={{ top: 72 }} aria-label={words.palette.title}>
      <Input
        autoFocus size="large" value={text} placeholder={words.palette.hint} onKeyDown={keys} onChange={(event) => { setText(event.target.value); setAt(0); hold(null); }}
        role="combobox" aria-expanded aria-controls="palette-list" aria-activedescendant={rows[chosen] ? `palette-${chosen}` : undefined}
      />
      <div className="palette-list" id="palette-list" role="listbox" aria-label={words.palette.title}>
        {rows.map((row, i) => (
          <div key={`${row.group}${row.id}`}>
            {row.group !== rows[i - 1]?.group && <div role="presentation" className="palette-part">{words.palette[row.group]}</div>}
            <div className="palette-row" id={`palette-${i}`} role="option" aria-selected={i === chosen} onMouseMove={() => setAt(i)} onClick={row.run}>
              <span className="one-line">{row.title}</span>
              <span className="quiet small">{row.aside}</span>
            </div>
          </div>
        ))}
        {rows.length === 0 && !broken && <p className="quiet" style={{ padding: 8 }}>{searching ? words.palette.searching : words.palette.nothing}</p>}
      </div>
      {broken && <p className="risk" role="alert" style={{ padding: 8 }}>{words.palette.broken} {told(broken).title} {told(broken).next}</p>}
      <p className="quiet small" style={{ marginTop: 8 }}>{words.palette.keys}</p>
    </Modal>
  );
}

function useRows(text: string, { onClose, onGo, onSheet }: Props): { rows: Row[]; searching: boolean; broken: Error | null; answer: "awaited" | "here" } {
  const words = useWords(frameWords);
  const me = useMe();
  const named = useTabName();
  const asked = useSettled(text);
  const found = useQuery({
    queryKey: ["customer", "search", asked],
    queryFn: ({ signal }) => call("GET /search", { query: { q: asked }, signal }),
    enabled: asked.length > 0 && asked === text,
    placeholderData: text ? keepPreviousData : undefined,
  });
  const deeds = useDeeds(text, { onClose, onGo, onSheet });
  const rows: Row[] = [];
  if (!text) {
    const last = [...tabs.now()].filter((tab) => tab.title).sort((a, b) => b.seen - a.seen).slice(0, 5);
    for (const tab of last) rows.push({ group: "last", id: tab.path, title: named(tab), aside: "", run: () => onGo(tab.href) });
  }
  // A broken line is not waited for; what it left standing was found for another text.
  const broken = found.failureCount > 0;
  const hits = text && !(broken && found.isPlaceholderData) ? (found.data ?? []) : [];
  const awaited = text !== "" && (asked !== text || (!broken && (found.isPlaceholderData || found.isPending)));
  for (const hit of hits) {
    if (hit.kind === "customer") rows.push({ group: "people", id: hit.id, title: hit.title, aside: hit.subtitle, run: () => onGo(`/customers/${hit.id}`) });
    else if (hit.kind === "staff") rows.push({ group: "colleagues", id: hit.id, title: hit.title, aside: hit.subtitle, run: () => onGo(`/settings?part=staff&q=${encodeURIComponent(hit.title)}`) });
  }
  for (const screen of screensOf(me.role)) {
    const title = words.screens[screen];
    if (saysAll(text, [frameWords.zh.screens[screen], frameWords.en.screens[screen], screen])) rows.push({ group: "screens", id: screen, title, aside: PATHS[screen], run: () => onGo(PATHS[screen]) });
  }
  for (const key of layers.now().flatMap((layer) => layer.keys)) {
    if (key.quiet || !saysAll(text, [key.does])) continue;
    rows.push({ group: "actions", id: key.key, title: key.does, aside: keyText(key.key), run: () => { onClose(); key.run(); } });
  }
  rows.push(...deeds);
  // Whoever reads "nothing found" adds the customer anew: a search that failed says that it did.
  const failed = text && asked === text && !found.isFetching ? found.error : null;
  return { rows, searching: found.isFetching, broken: failed, answer: awaited ? "awaited" : "here" };
}

/** What can be done from every page. The palette is gone before it is done: a dialogue that opens meanwhile would lose the cursor to it. */
function useDeeds(text: string, { onClose, onGo, onSheet }: Props): readonly Row[] {
  const { names } = useWords(deedWords);
  const [me, look, room] = [useMe(), usePreferences(), useWide()];
  const hands: Hands = { go: onGo, remember: useRemember(), signOut: useSignOut().mutate, sheet: onSheet };
  const asker = { me, look, shade: darkNow() ? "dark" : "light", room } as const;
  return deedsFor(text, asker).map(({ name, run }) => ({ group: "deeds", id: name, title: names[name], aside: "", run: () => { onClose(); setTimeout(() => run(hands, asker), 0); } }));
}
