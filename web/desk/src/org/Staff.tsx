/** The people in reach: found by name, unit and role; administrators add, change, reset and hand over. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown, Input, Select, Table } from "antd";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { type Role, ROLES, type StaffRow } from "../frame/shapes";
import { usePreferences } from "../frame/preferences";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { countText } from "../parts/count";
import { useDayText } from "../parts/Day";
import { later } from "../parts/later";
import { useProblemWords } from "../parts/problemWords";
import { EmptyState, Shown } from "../parts/states";
import { useSettled } from "../parts/useSettled";
import { orgWords } from "../words/org";
import { partsWords } from "../words/parts";
import { securityWords } from "../words/security";
import { staffQuery, useUnits } from "./useOrg";

const ComeBackForm = later(() => import("./StaffForms").then((all) => all.ComeBackForm));
const DepartureForm = later(() => import("./StaffForms").then((all) => all.DepartureForm));
const FactorForm = later(() => import("./StaffForms").then((all) => all.FactorForm));
const PasswordForm = later(() => import("./StaffForms").then((all) => all.PasswordForm));
const SessionsForm = later(() => import("./StaffForms").then((all) => all.SessionsForm));
const StaffForm = later(() => import("./StaffForms").then((all) => all.StaffForm));
const HandOver = later(() => import("../customer/HandOver").then((all) => all.HandOver));
type Act = { readonly what: "edit" | "password" | "factor" | "sessions" | "depart" | "come back" | "hand over"; readonly who: StaffRow } | { readonly what: "new" } | null;

export function Staff() {
  const words = useWords(orgWords);
  const common = useWords(partsWords);
  const { permissions } = useMe();
  const { language } = usePreferences();
  const told = useProblemWords();
  const may = permissions.includes("staff.manage");
  const hands = permissions.includes("work.hand_out");
  const units = useUnits();
  const [unit, setUnit] = useState<string>();
  const [role, setRole] = useState<Role>();
  const asked = (useSearch({ strict: false }) as { q?: string }).q ?? "";
  const [q, setQ] = useState(asked);
  useEffect(() => setQ(asked), [asked]);
  const staff = useInfiniteQuery(staffQuery({ unit, role, q: useSettled(q.trim()) || undefined }));
  const [act, setAct] = useState<Act>(null);
  const close = () => setAct(null);
  return (
    <>
      <div className="page-acts">
        <Input.Search allowClear value={q} placeholder={words.find} aria-label={words.find} style={{ width: 240 }} onChange={(event) => setQ(event.target.value)} />
        <Select allowClear showSearch optionFilterProp="label" placeholder={words.allUnits} aria-label={words.unit} style={{ width: 180 }} value={unit} onChange={setUnit} options={(units.data ?? []).map((one) => ({ value: one.id, label: one.name }))} />
        <Select allowClear placeholder={words.allRoles} aria-label={words.role} style={{ width: 160 }} value={role} onChange={setRole} options={ROLES.map((one) => ({ value: one, label: wordFor(common.roles, one) }))} />
        {may && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAct({ what: "new" })}>{words.addStaff}</Button>}
      </div>
      <Shown of={staff}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          const all = pages[0]?.about ?? rows.length;
          return rows.length === 0 ? <EmptyState title={words.noStaff} next={words.noStaffNext} /> : (
            <>
              <StaffTable rows={rows} may={may ? "manage" : hands ? "hand over" : null} onAct={setAct} />
              <div className="table-foot">
                <span role="status">{words.staffShown(countText(rows.length, language), countText(Math.max(all, rows.length), language))}</span>
                {staff.isFetchNextPageError && <span className="risk" role="alert">{told(staff.error).title}</span>}
                {staff.hasNextPage && <Button size="small" loading={staff.isFetchingNextPage} onClick={() => void staff.fetchNextPage()}>{staff.isFetchNextPageError ? common.retry : common.more}</Button>}
              </div>
            </>
          );
        }}
      </Shown>
      {act?.what === "new" && <StaffForm units={units.data ?? []} onClose={close} />}
      {act?.what === "edit" && <StaffForm who={act.who} units={units.data ?? []} onClose={close} />}
      {act?.what === "password" && <PasswordForm who={act.who} onClose={close} />}
      {act?.what === "factor" && <FactorForm who={act.who} onClose={close} />}
      {act?.what === "sessions" && <SessionsForm who={act.who} onClose={close} />}
      {act?.what === "hand over" && <HandOver from={act.who.id} onClose={close} />}
      {act?.what === "come back" && <ComeBackForm who={act.who} onClose={close} />}
      {act?.what === "depart" && <DepartureForm who={act.who} onClose={close} />}
    </>
  );
}

function StaffTable({ rows, may, onAct }: { rows: readonly StaffRow[]; may: "manage" | "hand over" | null; onAct: (act: Act) => void }) {
  const words = useWords(orgWords);
  const common = useWords(partsWords);
  const reset = useWords(securityWords).reset.menu;
  const said = useDayText();
  const me = useMe();
  return (
    <Table<StaffRow>
      rowKey="id"
      size="small"
      dataSource={[...rows]}
      pagination={false}
      columns={[
        { title: words.personName, dataIndex: "name" },
        { title: words.login, dataIndex: "login" },
        { title: words.role, dataIndex: "role", render: (role: string) => wordFor(common.roles, role) },
        { title: words.unit, dataIndex: "unit_name" },
        { title: words.capacity, dataIndex: "capacity_per_day", align: "right" },
        { title: words.secondFactor, dataIndex: "second_factor", render: (on: boolean) => (on ? words.factorOn : <span className="quiet">{words.factorOff}</span>) },
        { title: words.state, dataIndex: "left_on", render: (day: string | null) => (day ? <span className="badge risk">{words.left(said(day))}</span> : words.atWork) },
        ...(may
          ? [{
              key: "act",
              width: 150,
              render: (_: unknown, who: StaffRow) =>
                may === "hand over" ? who.left_on && <Button size="small" onClick={() => onAct({ what: "hand over", who })}>{words.handOver}</Button> : who.left_on ? <Button size="small" onClick={() => onAct({ what: "come back", who })}>{words.comeBack}</Button> : (
                  <Dropdown.Button
                    size="small"
                    trigger={["click"]}
                    onClick={() => onAct({ what: "edit", who })}
                    menu={{
                      items: [{ key: "password", label: words.resetPassword }, ...(who.second_factor && who.id !== me.id ? [{ key: "factor", label: reset }] : []), ...(who.id !== me.id ? [{ key: "sessions", label: words.endSessions }] : []), { key: "depart", label: words.depart, danger: true }],
                      onClick: ({ key }) => onAct({ what: key as "password" | "factor" | "sessions" | "depart", who }),
                    }}
                  >
                    {words.edit}
                  </Dropdown.Button>
                ),
            }]
          : []),
      ]}
    />
  );
}
