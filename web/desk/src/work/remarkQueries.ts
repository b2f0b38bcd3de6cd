/** What the screens of remark forms ask. */
import { queryOptions } from "@tanstack/react-query";
import { call } from "../frame/api";
import type { components } from "../generated/api";
import type { Part } from "./remarkForm";

/** The description leaves the parts open; they are those of the form. */
export type Form = Omit<components["schemas"]["RemarkFormShape"], "parts"> & { parts: Part[] };

export const remarkFormsQuery = queryOptions({ queryKey: ["work", "remark-forms"], queryFn: async ({ signal }) => (await call("GET /remark-forms", { signal })) as unknown as Form[] });
