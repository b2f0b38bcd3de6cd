/** The call bar without a phone line: the person's state for calls, known to the whole firm. */
import { DownOutlined } from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";
import { memo } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useProblemWords } from "../parts/problemWords";
import { frameWords } from "../words/frame";
import { call } from "./api";
import { useWords } from "./words";

export type Reachable = "ready" | "busy" | "wrap_up" | "away";
const ALL: readonly Reachable[] = ["ready", "busy", "wrap_up", "away"];
const reachableQuery = { queryKey: ["presence", "me"], queryFn: () => call("GET /me/presence"), staleTime: Number.POSITIVE_INFINITY };

export const CallBar = memo(function CallBar({ onKeys }: { onKeys: () => void }) {
  const words = useWords(frameWords);
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data } = useQuery(reachableQuery);
  const now = ALL.find((one) => one === data?.state) ?? "ready";
  const change = useMutation({
    mutationFn: (state: Reachable) => call("PUT /me/presence", { body: { state } }),
    onMutate: (state) => client.setQueryData(reachableQuery.queryKey, (before: object | undefined) => ({ since: new Date().toISOString(), ...before, state }) as never),
    onError: (thrown) => void message.error(told(thrown).title),
    onSettled: () => void client.invalidateQueries({ queryKey: reachableQuery.queryKey }),
  });
  return (
    <footer className="frame-bar" aria-label={words.presence.bar}>
      <Dropdown
        trigger={["click"]}
        menu={{
          selectedKeys: [now],
          items: ALL.map((key) => ({ key, label: <span className="row"><span className={`dot ${key}`} />{words.presence[key]}</span> })),
          onClick: ({ key }) => change.mutate(key as Reachable),
        }}
      >
        <Button size="small" type="text" aria-label={`${words.presence.title}: ${words.presence[now]}`}>
          <span className={`dot ${now}`} /> {words.presence[now]} <DownOutlined style={{ fontSize: 9 }} />
        </Button>
      </Dropdown>
      <span>{words.presence.noLine}</span>
      <span className="frame-space" />
      <Button size="small" type="text" onClick={onKeys}><kbd>?</kbd> {words.keys.title}</Button>
    </footer>
  );
});
