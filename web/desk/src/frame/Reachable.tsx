/** The person's state for calls, known to the whole firm, and the menu that changes it. Comes after the first picture. */
import { DownOutlined } from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useProblemWords } from "../parts/problemWords";
import { frameWords } from "../words/frame";
import { call } from "./api";
import { useWords } from "./words";

type State = "ready" | "busy" | "wrap_up" | "away";
const ALL: readonly State[] = ["ready", "busy", "wrap_up", "away"];
const reachableQuery = { queryKey: ["presence", "me"], queryFn: () => call("GET /me/presence"), staleTime: Number.POSITIVE_INFINITY };

export function Reachable() {
  const words = useWords(frameWords);
  const told = useProblemWords();
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data } = useQuery(reachableQuery);
  const now = ALL.find((one) => one === data?.state) ?? "ready";
  const change = useMutation({
    mutationFn: (state: State) => call("PUT /me/presence", { body: { state } }),
    onMutate: (state) => client.setQueryData(reachableQuery.queryKey, (before: object | undefined) => ({ since: new Date().toISOString(), ...before, state }) as never),
    onError: (thrown) => void message.error(told(thrown).title),
    onSettled: () => void client.invalidateQueries({ queryKey: reachableQuery.queryKey }),
  });
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectedKeys: [now],
        items: ALL.map((key) => ({ key, label: <span className="row"><span className={`dot ${key}`} />{words.presence[key]}</span> })),
        onClick: ({ key }) => change.mutate(key as State),
      }}
    >
      <Button size="small" type="text" aria-label={`${words.presence.title}: ${words.presence[now]}`}>
        <span className={`dot ${now}`} /> {words.presence[now]} <DownOutlined style={{ fontSize: 9 }} />
      </Button>
    </Dropdown>
  );
}
