import type { ServiceHost } from "../../core/service.ts";
import type { Settings } from "./settings.ts";

const OWNER = "settings";
const READS = ["GetItem", "Query", "Scan", "TransactGetItems", "BatchGetItem"];
const WRITES = ["PutItem", "BatchWriteItem", "UpdateItem", "DeleteItem", "TransactWriteItems"];

/** DYNAMODB_ERROR_PROBABILITY and its likes are rules like any others: seeded, listed, removable. */
export function errorProbabilityRules(host: ServiceHost, { errors }: Settings): void {
  const note = "set by an error-probability setting of DynamoDB";
  if (host.faults.list(OWNER).some((rule) => rule.note === note)) return;
  const add = (share: number, operation: readonly string[]) => {
    if (share <= 0) return;
    host.faults.add({
      owner: OWNER,
      note,
      effect: "error",
      params: { kind: "throttle" },
      match: { service: "dynamodb", operation },
      percentage: Math.min(100, share * 100),
    });
  };
  add(errors.any, [...READS, ...WRITES]);
  add(errors.read, READS);
  add(errors.write, WRITES);
}
