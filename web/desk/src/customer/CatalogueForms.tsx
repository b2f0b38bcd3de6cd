/** The forms that add a fact or a label to what the firm agreed on. */
import { useQueryClient } from "@tanstack/react-query";
import { AutoComplete, Form, Input, Select } from "antd";
import type { ReactNode } from "react";
import { call } from "../frame/api";
import type { Role } from "../frame/shapes";
import { useWords, wordFor } from "../frame/words";
import type { components } from "../generated/api";
import { useAct } from "../org/useOrg";
import { Ask } from "../parts/Ask";
import { catalogueWords } from "../words/catalogue";
import { partsWords } from "../words/parts";

type NewFact = components["schemas"]["NewFact"];
type NewLabel = Omit<components["schemas"]["Label"], "set_by"> & { roles?: Role[] };

/** Types that a fact of the firm's own can have; the built-in ones have three more. */
const TYPES = ["string", "int", "double", "bool", "date", "money"];
/** Head office may set every label, so it is not among those to be named. */
const SETTERS: readonly Role[] = ["channel_lead", "maintainer", "specialist"];

/** Adds to one of the two lists and asks for it anew. */
function useAdding<T>(list: "facts" | "labels", act: (input: T) => Promise<unknown>, onClose: () => void) {
  const client = useQueryClient();
  const { saved } = useWords(catalogueWords);
  return useAct(act, saved, () => {
    void client.invalidateQueries({ queryKey: ["customer", list] });
    onClose();
  });
}

function Titles({ children }: { children: ReactNode }) {
  const words = useWords(catalogueWords);
  return (
    <>
      <Form.Item name="title_zh" label={words.titleZh} rules={[{ required: true, whitespace: true, max: 60 }]}><Input autoFocus /></Form.Item>
      <Form.Item name="title_en" label={words.titleEn} rules={[{ required: true, whitespace: true, max: 60 }]}><Input /></Form.Item>
      {children}
    </>
  );
}

export function FactForm({ onClose }: { onClose: () => void }) {
  const words = useWords(catalogueWords);
  const save = useAdding("facts", (body: NewFact) => call("POST /facts", { body }), onClose);
  return (
    <Ask<NewFact> title={words.addFact} first={{ type: "string" }} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Titles>
        <Form.Item name="key" label={words.key} extra={words.factKeyHint} rules={[{ required: true }, { pattern: /^[a-z][a-z0-9_]{0,59}$/, message: words.factKeyWrong }]}><Input className="mono" autoComplete="off" /></Form.Item>
        <Form.Item name="type" label={words.type}><Select options={TYPES.map((value) => ({ value, label: wordFor(words.types, value) }))} /></Form.Item>
      </Titles>
    </Ask>
  );
}

export function LabelForm({ groups, onClose }: { groups: readonly string[]; onClose: () => void }) {
  const words = useWords(catalogueWords);
  const common = useWords(partsWords);
  const save = useAdding("labels", ({ roles, ...label }: NewLabel) => call("POST /labels", { body: { ...label, set_by: roles?.length ? roles.join(",") : "anyone" } }), onClose);
  return (
    <Ask<NewLabel> title={words.addLabel} first={{ colour: "", family: "" }} busy={save.isPending} onClose={onClose} onFinish={(filled) => save.mutate(filled)}>
      <Titles>
        <Form.Item name="key" label={words.key} extra={words.labelKeyHint} rules={[{ required: true, whitespace: true, max: 60 }]}><Input className="mono" autoComplete="off" /></Form.Item>
        <Form.Item name="family" label={words.group} extra={words.groupHint}><AutoComplete options={groups.map((value) => ({ value }))} /></Form.Item>
        <Form.Item name="colour" label={words.colour}>
          <Select options={[{ value: "", label: words.noColour }, ...Object.entries(words.colours).map(([value, name]) => ({ value, label: <span className="label-chip"><i style={{ background: value }} />{name}</span> }))]} />
        </Form.Item>
        <Form.Item name="roles" label={words.setBy} extra={words.setByHint}><Select mode="multiple" options={SETTERS.map((value) => ({ value, label: wordFor(common.roles, value) }))} /></Form.Item>
      </Titles>
    </Ask>
  );
}
