/** Settings: the tree of units, the people in them, and one's own account. Each part shows only what the role may do. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMe } from "../frame/session";
import { useWords } from "../frame/words";
import { orgWords } from "../words/org";
import { Parts } from "../parts/Parts";
import { Account } from "./Account";
import { Staff } from "./Staff";
import { Units } from "./Units";

export default function SettingsPage() {
  const words = useWords(orgWords);
  const me = useMe();
  const navigate = useNavigate();
  const { part } = useSearch({ strict: false }) as { part?: string };
  const sees = me.permissions.includes("staff.read");
  const parts = [
    ...(sees ? [{ key: "units", label: words.units, children: <Units /> }, { key: "staff", label: words.staff, children: <Staff /> }] : []),
    { key: "account", label: words.account, children: <Account /> },
  ];
  const chosen = parts.some((one) => one.key === part) ? part : parts[0]?.key;
  return (
    <div className="page">
      <h1>{words.title}</h1>
      <Parts items={parts} chosen={chosen} onChoose={(key) => void navigate({ to: ".", search: { part: key } as never, replace: true })} />
    </div>
  );
}
