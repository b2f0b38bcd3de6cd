/** The forms about a person: add or change, a new password, second factors taken away, leaving. */
import { Alert, App, Form, Input, InputNumber, Select } from "antd";
import { type Role, ROLES, type StaffRow, type UnitRow } from "../frame/shapes";
import { call } from "../frame/api";
import { useMe } from "../frame/session";
import { useWords, wordFor } from "../frame/words";
import { Ask } from "../parts/Ask";
import { DayField } from "../parts/DayField";
import { Overtaken } from "../parts/Overtaken";
import { BY_PERSON, personOption } from "../parts/people";
import { useUndo } from "../parts/UndoToast";
import { useSeen } from "../parts/useSeen";
import { orgWords } from "../words/org";
import { partsWords } from "../words/parts";
import { securityWords } from "../words/security";
import { useAct, useDeparture, useStaff } from "./useOrg";

interface Filled {
  name: string;
  login: string;
  role: Role;
  unit_id: string;
  capacity_per_day: number;
  password: string;
}

export function StaffForm({ who, units, onClose }: { who?: StaffRow; units: readonly UnitRow[]; onClose: () => void }) {
  const words = useWords(orgWords);
  const common = useWords(partsWords);
  const seen = useSeen<StaffRow>({
    first: who,
    // The person alone, and not the list behind: the change may have taken the person out of what is filtered there.
    list: { queryKey: ["org", "staff-member", who?.id], queryFn: async () => [await call("GET /staff/{id}", { path: { id: who?.id ?? "" } })] },
    is: (one) => one.id === who?.id,
    said: (one) => ({ [words.personName]: one.name, [words.role]: wordFor(common.roles, one.role), [words.unit]: one.unit_name ?? "", [words.capacity]: String(one.capacity_per_day) }),
  });
  const save = useAct(
    ({ login, password, ...rest }: Filled) =>
      seen.save<unknown>((version) => (who ? call("PATCH /staff/{id}", { path: { id: who.id }, version, body: rest }) : call("POST /staff", { body: { ...rest, login, password } }))),
    words.saved,
    onClose,
  );
  return (
    <Ask<Filled> title={who ? words.edit : words.addStaff} of={who && "on file"} first={(who as Partial<Filled> | undefined) ?? { role: "maintainer", capacity_per_day: 60 }} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Overtaken by={seen.theirs} />
      <Form.Item name="name" label={words.personName} rules={[{ required: true }]}><Input autoFocus /></Form.Item>
      {!who && <Form.Item name="login" label={words.login} rules={[{ required: true, min: 2, max: 60 }]}><Input autoComplete="off" /></Form.Item>}
      <Form.Item name="role" label={words.role}><Select options={ROLES.map((role) => ({ value: role, label: wordFor(common.roles, role) }))} /></Form.Item>
      <Form.Item name="unit_id" label={words.unit} rules={[{ required: true }]}>
        <Select showSearch optionFilterProp="label" options={units.map((unit) => ({ value: unit.id, label: unit.name }))} />
      </Form.Item>
      <Form.Item name="capacity_per_day" label={words.capacity}><InputNumber min={0} max={500} /></Form.Item>
      {!who && <Form.Item name="password" label={words.firstPassword} extra={words.handedHint} rules={[{ required: true, min: 8 }]}><Input.Password autoComplete="new-password" /></Form.Item>}
    </Ask>
  );
}

export function PasswordForm({ who, onClose }: { who: StaffRow; onClose: () => void }) {
  const words = useWords(orgWords);
  const save = useAct((body: { password: string }) => call("POST /staff/{id}/password-reset", { path: { id: who.id }, body }), words.resetDone, onClose);
  return (
    <Ask<{ password: string }> title={`${words.resetPassword} · ${who.name}`} busy={save.isPending} onClose={onClose} onFinish={(body) => save.mutate(body)}>
      <Form.Item name="password" label={words.newPassword} extra={words.handedHint} rules={[{ required: true, min: 8 }]}><Input.Password autoFocus autoComplete="new-password" /></Form.Item>
    </Ask>
  );
}

export function FactorForm({ who, onClose }: { who: StaffRow; onClose: () => void }) {
  const words = useWords(securityWords).reset;
  const save = useAct((body: { reason: string }) => call("POST /staff/{id}/second-factor-reset", { path: { id: who.id }, body }), words.done, onClose);
  return (
    <Ask<{ reason: string }> title={`${words.menu} · ${who.name}`} danger={words.go} busy={save.isPending} onClose={onClose} onFinish={(body) => save.mutate(body)}>
      <Alert type="warning" showIcon title={words.hint} style={{ marginBottom: 16 }} />
      <Form.Item name="reason" label={words.reason} extra={words.reasonHint} rules={[{ required: true, whitespace: true, max: 300 }]}><Input autoFocus autoComplete="off" /></Form.Item>
    </Ask>
  );
}

export function SessionsForm({ who, onClose }: { who: StaffRow; onClose: () => void }) {
  const words = useWords(orgWords);
  const end = useAct(() => call("DELETE /staff/{id}/sessions", { path: { id: who.id } }), words.endSessionsDone, onClose);
  return (
    <Ask<object> title={words.endSessionsTitle(who.name)} danger={words.endSessions} busy={end.isPending} onClose={onClose} onFinish={() => end.mutate(undefined)}>
      <p>{words.endSessionsHint}</p>
    </Ask>
  );
}

export function ComeBackForm({ who, onClose }: { who: StaffRow; onClose: () => void }) {
  const words = useWords(orgWords);
  const offerUndo = useUndo();
  const { message } = App.useApp();
  const before = { left_on: who.left_on ?? "", heir_id: who.heir_id ?? undefined };
  const { depart, comeBack } = useDeparture(who, {
    departed: () => void message.success(words.departDone),
    back: () => { onClose(); offerUndo(words.cameBack(who.name), () => depart.mutate(before)); },
  });
  return (
    <Ask<object> title={words.comeBackTitle(who.name)} ok={words.comeBack} busy={comeBack.isPending} onClose={onClose} onFinish={() => comeBack.mutate(undefined)}>
      <p>{words.comeBackHint}</p>
    </Ask>
  );
}

export function DepartureForm({ who, onClose }: { who: StaffRow; onClose: () => void }) {
  const words = useWords(orgWords);
  const today = useMe().today;
  const colleagues = useStaff({ unit: who.unit_id });
  const offerUndo = useUndo();
  const { message } = App.useApp();
  const { depart: save, comeBack } = useDeparture(who, {
    departed: () => { onClose(); offerUndo(words.departDone, () => comeBack.mutate(undefined)); },
    back: () => void message.success(words.cameBack(who.name)),
  });
  const heirs = (colleagues.data?.items ?? []).filter((one) => one.id !== who.id && !one.left_on);
  return (
    <Ask<{ left_on: string; heir_id?: string }> title={words.departTitle(who.name)} danger={words.depart} first={{ left_on: today }} busy={save.isPending} onClose={onClose} onFinish={(body) => save.mutate(body)}>
      <Alert type="warning" showIcon title={words.departHint} style={{ marginBottom: 16 }} />
      <Form.Item name="left_on" label={words.lastDay} rules={[{ required: true }]}><DayField width="100%" /></Form.Item>
      <Form.Item name="heir_id" label={words.heir}>
        <Select allowClear showSearch={BY_PERSON} placeholder={words.noHeir} options={heirs.map(personOption)} />
      </Form.Item>
    </Ask>
  );
}
