/** The call bar without a phone line: presence only, kept in this browser. */
import { DownOutlined } from "@ant-design/icons";
import { Button, Dropdown, Tooltip } from "antd";
import { frameWords } from "../words/frame";
import { kept } from "./store";
import { useWords } from "./words";

export type Presence = "ready" | "busy" | "wrap_up" | "away";
export const presence = kept<Presence>("ready", "tend.presence");
const ALL: readonly Presence[] = ["ready", "busy", "wrap_up", "away"];

export function CallBar({ onKeys }: { onKeys: () => void }) {
  const words = useWords(frameWords);
  const now = presence.use();
  return (
    <footer className="frame-bar">
      <Dropdown
        trigger={["click"]}
        menu={{
          selectedKeys: [now],
          items: ALL.map((key) => ({ key, label: <span className="row"><span className={`dot ${key}`} />{words.presence[key]}</span> })),
          onClick: ({ key }) => presence.change(() => key as Presence),
        }}
      >
        <Tooltip title={words.presence.held}>
          <Button size="small" type="text" aria-label={`${words.presence.title}: ${words.presence[now]}`}>
            <span className={`dot ${now}`} /> {words.presence[now]} <DownOutlined style={{ fontSize: 9 }} />
          </Button>
        </Tooltip>
      </Dropdown>
      <span>{words.presence.noLine}</span>
      <span className="frame-space" />
      <Button size="small" type="text" onClick={onKeys}><kbd>?</kbd> {words.keys.title}</Button>
    </footer>
  );
}
