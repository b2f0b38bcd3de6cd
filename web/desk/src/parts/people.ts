/** Colleagues to choose among: shown by name and unit, found by sign-in name too, by which they know each other from the list of people. */

interface Person {
  readonly id: string;
  readonly name: string;
  readonly login?: string | null;
  readonly unit_name?: string | null;
}

export interface PersonOption {
  readonly value: string;
  readonly label: string;
  readonly found: string;
}

export function personOption({ id, name, login, unit_name: unit }: Person): PersonOption {
  const label = unit ? `${name} · ${unit}` : name;
  return { value: id, label, found: `${label} ${login ?? ""}` };
}

/** What a choice among people is searched by. */
export const BY_PERSON = { optionFilterProp: "found" } as const;
