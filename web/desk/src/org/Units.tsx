/** The tree of units with the number of people in each; administrators add and rename. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select, Table } from "antd";
import { useMemo, useState } from "react";
import type { UnitRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { Ask } from "../parts/Ask";
import { Overtaken } from "../parts/Overtaken";
import { EmptyState, Shown } from "../parts/states";
import { useSeen } from "../parts/useSeen";
import { orgWords } from "../words/org";
import { useAct, useUnits } from "./useOrg";

interface Branch extends UnitRow {
  children?: Branch[];
}

/** Units as a tree; a unit whose parent is out of sight stands at the top. */
export function treeOf(units: readonly UnitRow[]): Branch[] {
  const branches = new Map(units.map((unit) => [unit.id, { ...unit } as Branch]));
  const tops: Branch[] = [];
  for (const branch of branches.values()) {
    const above = branch.parent_id ? branches.get(branch.parent_id) : undefined;
    if (above) (above.children ??= []).push(branch);
    else tops.push(branch);
  }
  return tops;
}

export function Units() {
  const words = useWords(orgWords);
  const units = useUnits();
  const may = useMe().permissions.includes("staff.manage");
  const [edited, edit] = useState<UnitRow | "new" | null>(null);
  return (
    <Shown of={units}>
      {(list) => (
        <>
          {may && <div className="page-acts"><Button type="primary" icon={<PlusOutlined />} onClick={() => edit("new")}>{words.addUnit}</Button></div>}
          {list.length === 0 ? <EmptyState title={words.noUnits} next={words.noUnitsNext} /> : <UnitTable units={list} onEdit={may ? edit : undefined} />}
          {edited && <UnitForm unit={edited} units={list} onClose={() => edit(null)} />}
        </>
      )}
    </Shown>
  );
}

function UnitTable({ units, onEdit }: { units: readonly UnitRow[]; onEdit?: (unit: UnitRow) => void }) {
  const words = useWords(orgWords);
  const tree = useMemo(() => treeOf(units), [units]);
  return (
    <Table<Branch>
      rowKey="id"
      size="small"
      pagination={false}
      dataSource={tree}
      expandable={{ defaultExpandAllRows: units.length < 60 }}
      columns={[
        { title: words.name, dataIndex: "name", width: 320 },
        { title: words.kind, dataIndex: "kind", width: 120, render: (kind: string) => wordFor(words.kinds, kind) },
        { title: words.region, dataIndex: "region" },
        { title: words.staff, dataIndex: "staff_count", width: 120, render: (n: number) => words.people(n) },
        ...(onEdit ? [{ key: "act", width: 100, render: (_: unknown, unit: Branch) => <Button type="link" size="small" onClick={() => onEdit(unit)}>{words.rename}</Button> }] : []),
      ]}
    />
  );
}

interface Filled {
  name: string;
  region: string;
  kind: string;
  parent_id: string;
}

function UnitForm({ unit, units, onClose }: { unit: UnitRow | "new"; units: readonly UnitRow[]; onClose: () => void }) {
  const words = useWords(orgWords);
  const seen = useSeen<UnitRow>({
    first: unit === "new" ? undefined : unit,
    list: { queryKey: ["org", "units"], queryFn: () => call("GET /units") },
    is: (one) => unit !== "new" && one.id === unit.id,
    said: (one) => ({ [words.name]: one.name, [words.region]: one.region }),
  });
  const save = useAct(
    (input: Filled) =>
      seen.save<unknown>((version) =>
        unit === "new" ? call("POST /units", { body: input }) : call("PATCH /units/{id}", { path: { id: unit.id }, version, body: { name: input.name, region: input.region } }),
      ),
    words.saved,
    onClose,
  );
  const first = unit === "new" ? { kind: "team", region: "", parent_id: units[0]?.id } : unit;
  return (
    <Ask<Filled> title={unit === "new" ? words.addUnit : words.rename} of={unit === "new" ? undefined : "on file"} first={first as Partial<Filled>} busy={save.isPending} onClose={onClose} onFinish={(input) => save.mutate(input)}>
      <Overtaken by={seen.theirs} />
      <Form.Item name="name" label={words.name} rules={[{ required: true, max: 100 }]}><Input autoFocus /></Form.Item>
      {unit === "new" && (
        <>
          <Form.Item name="parent_id" label={words.under} rules={[{ required: true }]}>
            <Select showSearch optionFilterProp="label" options={units.map((one) => ({ value: one.id, label: one.name }))} />
          </Form.Item>
          <Form.Item name="kind" label={words.kind}>
            <Select options={["channel", "team"].map((kind) => ({ value: kind, label: wordFor(words.kinds, kind) }))} />
          </Form.Item>
        </>
      )}
      <Form.Item name="region" label={words.region} extra={words.regionHint}><Input /></Form.Item>
    </Ask>
  );
}
