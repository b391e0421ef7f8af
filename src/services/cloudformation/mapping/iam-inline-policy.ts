import type { ResourceType } from "../resource-type.ts";
import { mapped } from "./mapped.ts";

/** The inline policy of one role, user or group. */
export function inlinePolicy(kind: "Role" | "User" | "Group"): ResourceType {
  return mapped({
    type: `AWS::IAM::${kind}Policy`,
    service: "iam",
    replacedBy: ["PolicyName", `${kind}Name`],
    idOf: (_output, properties) => `${properties["PolicyName"]}|${properties[`${kind}Name`]}`,
    create: `Put${kind}Policy`,
    update: `Put${kind}Policy`,
    delete: `Delete${kind}Policy`,
    read: `Get${kind}Policy`,
  });
}
