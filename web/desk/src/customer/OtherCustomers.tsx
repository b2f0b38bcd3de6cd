/** Other customers, found by whatever somebody types: one of them, or several. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useRef, useState } from "react";
import { call } from "../frame/api";
import { useWords } from "../frame/words";
import { useSettled } from "../parts/useSettled";
import { customerWords } from "../words/customer";

interface Found {
  readonly value: string;
  readonly label: string;
}

function useFound(not: string) {
  const [typed, type] = useState("");
  const asked = useSettled(typed.trim());
  const found = useQuery({ queryKey: ["customer", "search", asked], queryFn: ({ signal }) => call("GET /search", { query: { q: asked }, signal }), enabled: asked.length > 0, placeholderData: (before) => before });
  const options = (found.data ?? []).filter((hit) => hit.kind === "customer" && hit.id !== not).map((hit): Found => ({ value: hit.id, label: `${hit.title} ${hit.subtitle}` }));
  return { options, showSearch: { filterOption: false, onSearch: type } as const };
}

interface FieldProps<T> {
  /** The customer whose page it is. */
  readonly not: string;
  readonly id?: string;
  readonly value?: T;
  readonly onChange?: (value: T) => void;
}

export function OtherCustomer({ not, ...field }: FieldProps<string>) {
  const words = useWords(customerWords);
  return <Select {...field} {...useFound(not)} autoFocus placeholder={words.list.search} notFoundContent={null} />;
}

export function OtherCustomers({ not, value, onChange, id }: FieldProps<string[]>) {
  const words = useWords(customerWords);
  const { options, showSearch } = useFound(not);
  // Who was chosen keeps the name when the next search finds others.
  const met = useRef(new Map<string, Found>());
  for (const one of options) met.current.set(one.value, one);
  const chosen = (value ?? []).flatMap((one) => met.current.get(one) ?? []);
  const all = [...new Map([...chosen, ...options].map((one) => [one.value, one])).values()];
  return <Select<string[]> mode="multiple" id={id} autoFocus value={value} onChange={onChange} showSearch={showSearch} options={all} placeholder={words.list.search} notFoundContent={null} />;
}
