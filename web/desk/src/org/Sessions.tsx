/** Where one is signed in, last used first; each place and all others can be ended. */
import { useQuery } from "@tanstack/react-query";
import { Button, Card } from "antd";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { Ago } from "../parts/Day";
import { Shown } from "../parts/states";
import { orgWords } from "../words/org";
import { useAct } from "./useOrg";

/** `Chrome, Windows` out of what a browser says of itself; the whole text where nothing is known in it. */
export function browserName(agent: string): string {
  const first = (known: readonly (readonly [RegExp, string])[]) => known.find(([sign]) => sign.test(agent))?.[1];
  const browser = first([[/MicroMessenger/, "WeChat"], [/Edg\//, "Edge"], [/Firefox\//, "Firefox"], [/Chrome\//, "Chrome"], [/Safari\//, "Safari"]]);
  const system = first([[/Android/, "Android"], [/iPhone|iPad/, "iOS"], [/Windows/, "Windows"], [/Mac OS/, "macOS"], [/Linux/, "Linux"]]);
  return [browser, system].filter(Boolean).join(", ") || agent;
}

export function Sessions() {
  const words = useWords(orgWords);
  const list = useQuery({ queryKey: ["org", "sessions"], queryFn: () => call("GET /me/sessions") });
  const end = useAct((id: string) => call("DELETE /me/sessions/{id}", { path: { id } }), words.sessions.ended);
  const endOthers = useAct(() => call("DELETE /me/sessions"), words.sessions.ended);
  return (
    <Card
      size="small"
      title={words.sessions.title}
      extra={(list.data?.length ?? 0) > 1 && <Button size="small" danger loading={endOthers.isPending} onClick={() => endOthers.mutate(undefined)}>{words.sessions.endOthers}</Button>}
    >
      <p className="quiet" style={{ marginBottom: 12 }}>{words.sessions.why}</p>
      <Shown of={list} lines={2}>
        {(all) => (
          <ul style={{ listStyle: "none", margin: 0, padding: 0 }}>
            {all.map((session) => (
              <li key={session.id} style={{ display: "flex", gap: 12, alignItems: "center", padding: "4px 0" }}>
                <span style={{ flex: 1 }}>{browserName(session.agent) || words.sessions.unknown}</span>
                <span className="quiet"><Ago at={session.seen_at} /></span>
                {session.this ? <span>{words.sessions.this}</span> : <Button size="small" onClick={() => end.mutate(session.id)}>{words.sessions.end}</Button>}
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </Card>
  );
}
