import { queryOptions } from "@tanstack/react-query";
import { call } from "../../frame/api";

export const securityQuery = queryOptions({ queryKey: ["org", "security"], queryFn: () => call("GET /me/security") });
