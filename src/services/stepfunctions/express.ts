import { defineCollection } from "../../core/storage.ts";
import type { ExecutionRecord } from "./execution.ts";

/** Express executions that nobody waits for, while they are under way: an interrupted one is run again. By machine, name and ARN. */
export const expressRecords = defineCollection<ExecutionRecord>({ name: "express-executions" });
