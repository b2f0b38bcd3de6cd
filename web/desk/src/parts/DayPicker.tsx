/** The calendar behind a day's field. In a piece of its own: it is as heavy as a screen. */
import { DatePicker } from "antd";
import dayjs from "dayjs";
import type { DayFieldProps } from "./DayField";

export function DayPicker({ value, onChange, min, max, width, label, clear, ...field }: DayFieldProps) {
  return (
    <DatePicker
      {...field} allowClear={clear !== undefined} aria-label={label} style={{ width }} value={value ? dayjs(value) : null}
      minDate={min ? dayjs(min) : undefined} maxDate={max ? dayjs(max) : undefined} onChange={(day) => (day || clear) && onChange?.(day?.format("YYYY-MM-DD") ?? "")}
    />
  );
}
