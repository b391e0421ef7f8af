import { announce } from "../../aws/announce.ts";
import type { Context } from "../../core/service.ts";
import type { ParameterRecord, VersionRecord } from "./parameter.ts";

/** A parameter has changed: https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html */
export function announceParameter(
  operation: "Create" | "Update" | "Delete" | "LabelParameterVersion",
  { name, arn }: ParameterRecord,
  { type, description }: VersionRecord,
  { host, account, region, id: parentId }: Context,
): void {
  void announce(host, "aws.ssm", { account, region, parentId }, () => ({
    detailType: "Parameter Store Change",
    resources: [arn],
    detail: { operation, name, type, ...(description !== undefined && { description }) },
  }));
}
