/** What guards an account, as the program tells it. */
import type { components } from "../../generated/api";

export type SecurityShape = components["schemas"]["Security"];
