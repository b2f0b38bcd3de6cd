/** A local day as a field, written `2026-11-30` in every browser: a browser's own date field speaks the language of the browser, not that of the desk. */
import { Input } from "antd";
import { lazy, Suspense } from "react";

const DayPicker = lazy(() => import("./DayPicker").then((m) => ({ default: m.DayPicker })));

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

export function DayField(props: DayFieldProps) {
  return <Suspense fallback={<Input disabled value={props.value} style={{ width: props.width }} aria-label={props.label} />}><DayPicker {...props} /></Suspense>;
}
