/** Settings: what each role may do. Read only: the rights belong to the program, a person is given a role. */
import { CheckOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Table, type TableColumnsType } from "antd";
import { call } from "../frame/api";
import { screensOf } from "../frame/navigation";
import { useMe } from "../frame/session";
import { type Role } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { Shown } from "../parts/states";
import { frameWords } from "../words/frame";
import { orgWords } from "../words/org";
import { partsWords } from "../words/parts";
import { tokenWords } from "../words/token";

type Shape = components["schemas"]["RoleShape"];

interface Line {
  readonly key: string;
  readonly title: string;
  readonly of: (role: Shape) => React.ReactNode;
}

export function Roles() {
  const words = useWords(orgWords).roles;
  const roles = useQuery({ queryKey: ["org", "roles"], queryFn: () => call("GET /roles"), staleTime: 300_000 });
  return (
    <>
      <p className="quiet" style={{ marginBottom: 12, maxWidth: 720 }}>{words.why}</p>
      <Shown of={roles} lines={12}>{(all) => <Matrix roles={all} />}</Shown>
    </>
  );
}

function Matrix({ roles }: { roles: readonly Shape[] }) {
  const words = useWords(orgWords).roles;
  const parts = useWords(partsWords);
  const { permissions } = useWords(tokenWords);
  const { screens } = useWords(frameWords);
  const me = useMe();
  const every = Object.keys(permissions).filter((one) => roles.some((role) => role.permissions.includes(one)));
  const lines: Line[] = [
    { key: "sees", title: words.sees, of: (role) => wordFor(words.scopes, role.sees) },
    { key: "screens", title: words.screens, of: (role) => <span className="quiet">{screensOf(role.role as Role).map((screen) => screens[screen]).join(words.and)}</span> },
    ...every.map((key) => ({ key, title: wordFor(permissions, key), of: (role: Shape) => (role.permissions.includes(key) ? <CheckOutlined className="done" aria-label={words.may} /> : <span className="quiet" aria-label={words.mayNot}>·</span>) })),
  ];
  const columns: TableColumnsType<Line> = [
    { title: words.what, dataIndex: "title", width: 180, fixed: "left", rowScope: "row" },
    ...roles.map((role) => ({ title: <>{wordFor(parts.roles, role.role)}{role.role === me.role && <span className="badge" style={{ marginInlineStart: 6 }}>{words.mine}</span>}</>, key: role.role, width: 128, render: (_: unknown, line: Line) => line.of(role) })),
  ];
  return <Table<Line> rowKey="key" size="small" className="roles" pagination={false} scroll={{ x: "max-content" }} columns={columns} dataSource={lines} />;
}
