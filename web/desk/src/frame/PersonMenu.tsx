/** The person's menu: look of the desk, keys, security, sign out. */
import { UserOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useNavigate } from "@tanstack/react-router";
import { frameWords } from "../words/frame";
import { partsWords } from "../words/parts";
import { type Density, type ThemeChoice, usePreferences } from "./preferences";
import { useMe, useRemember, useSignOut } from "./session";
import { useWords, wordFor } from "./words";

export function PersonMenu() {
  const words = useWords(frameWords);
  const parts = useWords(partsWords);
  const me = useMe();
  const chosen = usePreferences();
  const remember = useRemember();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const pick = (name: string, keys: readonly (readonly [string, string])[]) => keys.map(([key, label]) => ({ key: `${name}:${key}`, label }));
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectable: true, multiple: true,
        selectedKeys: [`theme:${chosen.theme}`, `density:${chosen.density}`, `keys:${chosen.keys}`],
        items: [
          { type: "group", label: `${me.unit_name} · ${wordFor(parts.roles, me.role)}` },
          { key: "theme", label: words.theme, children: pick("theme", Object.entries(words.themes)) },
          { key: "density", label: words.density, children: pick("density", Object.entries(words.densities)) },
          { key: "keys", label: words.singleKeys, children: pick("keys", [["on", words.on], ["off", words.off]]) },
          { key: "security", label: words.security },
          { type: "divider" },
          { key: "out", label: words.signOut },
        ],
        onClick: ({ key }) => {
          const [name, value] = key.split(":");
          if (name === "theme") remember({ theme: value as ThemeChoice });
          else if (name === "density") remember({ density: value as Density });
          else if (name === "keys") remember({ keys: value as "on" | "off" });
          else if (name === "security") void navigate({ to: "/settings", search: { part: "account" } as never });
          else if (name === "out") signOut.mutate();
        },
      }}
    >
      <Button type="text" className="frame-person" icon={<UserOutlined />} aria-label={`${words.account}: ${me.name}`}><span>{me.name}</span></Button>
    </Dropdown>
  );
}
