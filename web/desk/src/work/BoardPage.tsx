/** The board of work orders: by state, by person, or as a table; load against capacity; hand-out and balance (DESK.md 6). */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented, Select } from "antd";
import { useState } from "react";
import { useMe } from "../frame/session";
import { useTabTitle } from "../frame/tabs";
import { useWords } from "../frame/words";
import { useUnits } from "../org/useOrg";
import { later } from "../parts/later";
import { workWords } from "../words/work";
import { BoardColumns } from "./BoardColumns";
import { BoardTable } from "./BoardTable";
import { LoadBars } from "./LoadBars";
import { TeamStrip } from "./TeamStrip";
import "./work.css";

const BalanceForm = later(() => import("./BalanceForm").then((all) => all.BalanceForm));
const BatchChip = later(() => import("../intake/BatchChip").then((all) => all.BatchChip));
const HandOver = later(() => import("../customer/HandOver").then((all) => all.HandOver));

type Look = "state" | "person" | "table";

export default function BoardPage() {
  const words = useWords(workWords).board;
  const me = useMe();
  const navigate = useNavigate();
  const asked = useSearch({ strict: false }) as { unit?: string; look?: Look; batch?: string; state?: string };
  const look = asked.look ?? "state";
  const change = (part: Record<string, string | undefined>) => void navigate({ to: ".", search: { ...asked, ...part } as never, replace: true });
  const units = useUnits();
  const [asking, ask] = useState<"balance" | "hand over" | null>(null);
  const may = me.permissions.includes("work.hand_out");
  const close = () => ask(null);
  useTabTitle(words.title);
  return (
    <div className="page">
      <h1>{words.title}</h1>
      <div className="page-acts">
        <Segmented<Look> value={look} onChange={(next) => change({ look: next })} options={[{ value: "state", label: words.byState }, { value: "person", label: words.byPerson }, { value: "table", label: words.table }]} />
        <Select allowClear showSearch optionFilterProp="label" style={{ width: 200 }} aria-label={words.unit} placeholder={words.allUnits} value={asked.unit} onChange={(unit) => change({ unit })} options={(units.data ?? []).map((unit) => ({ value: unit.id, label: unit.name }))} />
        {asked.batch && <BatchChip id={asked.batch} onClear={() => change({ batch: undefined })} />}
        {may && <Button onClick={() => ask("balance")}>{words.balance}</Button>}
        {may && <Button onClick={() => ask("hand over")}>{words.handOver}</Button>}
      </div>
      {look !== "table" && <TeamStrip unit={asked.unit} />}
      {look === "table" ? <BoardTable unit={asked.unit} batch={asked.batch} state={asked.state} onState={(state) => change({ state })} /> : <BoardColumns unit={asked.unit} batch={asked.batch} group={look} />}
      {look === "person" && <LoadBars unit={asked.unit} day={me.today} />}
      {asking === "balance" && <BalanceForm unit={asked.unit ?? me.unit_id} day={me.today} onClose={close} />}
      {asking === "hand over" && <HandOver onClose={close} />}
    </div>
  );
}
