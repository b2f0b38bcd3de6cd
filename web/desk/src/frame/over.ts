/** The dialog that was opened from the palette, over whatever page is shown. */
import { kept } from "./store";

export const over = kept<"customer" | "plan" | null>(null);
