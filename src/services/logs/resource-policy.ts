import { defineCollection } from "../../core/storage.ts";
import type * as Logs from "../../models/generated/logs.ts";

/** Key: [name, or a resource's ARN]. */
export const policyCollection = defineCollection<Logs.ResourcePolicy>({ name: "resource-policies" });
