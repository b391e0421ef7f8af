import type { ResourceType } from "../resource-type.ts";
import { listOf } from "./changes.ts";
import { mapped, type Properties } from "./mapped.ts";

/** A filter of a log group, found by its name among those of the group. */
export function filter(kind: "Metric" | "Subscription"): ResourceType {
  return mapped({
    type: `AWS::Logs::${kind}Filter`,
    service: "logs",
    replacedBy: ["FilterName", "LogGroupName"],
    named: ["FilterName", 512],
    keyOf: (id) => ({ FilterName: id, FilterNamePrefix: id }),
    // An empty pattern matches all; a template may leave it out.
    input: (properties) => ({ FilterPattern: "", ...properties }),
    describedIn: (output, { id }) =>
      listOf<Properties>(output, `${kind.toLowerCase()}Filters`).find(({ filterName }) => filterName === id),
    create: `Put${kind}Filter`,
    update: `Put${kind}Filter`,
    delete: `Delete${kind}Filter`,
    read: `Describe${kind}Filters`,
  });
}
