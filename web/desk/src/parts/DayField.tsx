/** A local day as a field, written `2026-11-30` in every browser: a browser's own date field speaks the language of the browser, not that of the desk. */
import { Input } from "antd";
import { later } from "./later";

export interface DayFieldProps {
  readonly value?: string;
  readonly onChange?: (day: string) => void;
  readonly min?: string;
  readonly max?: string;
  readonly width?: number | string;
  readonly label?: string;
  readonly id?: string;
  readonly autoFocus?: boolean;
  /** Whether the day may be taken away again; it is empty then. */
  readonly clear?: "clear";
  readonly placeholder?: string;
  readonly "aria-describedby"?: string;
}

/** Until the calendar is there the day can be read. */
export const DayField = later<DayFieldProps>(
  () => import("./DayPicker").then((all) => all.DayPicker),
  ({ value, width, label }) => <Input disabled value={value} style={{ width }} aria-label={label} />,
);
