import { announce } from "../../../aws/announce.ts";
import { makeArn } from "../../../core/arn.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import {
  type CommandRecord,
  commandRecords,
  type InvocationRecord,
  invocationsOf,
  statusOf,
} from "./command.ts";

/**
 * Tells of a change to an invocation, and to the command when that has another status by it.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
 * @param before the invocation as it was
 */
export function announceInvocation(
  host: ServiceHost,
  before: InvocationRecord,
  after: InvocationRecord,
  store: Store,
): void {
  const command = store.collection(commandRecords).get([after.commandId]);
  if (!command || before.status === after.status) return;
  const { account, region } = command;
  if (!host.hearsEvents("aws.ssm", { account, region })) return;
  tell(host, command, "EC2 Command Invocation Status-change Notification", after.status, after.instanceId);
  const now = invocationsOf(command.id, { store });
  const earlier = now.map((one) => (one.instanceId === after.instanceId ? before : one));
  const status = statusOf(now).Status;
  if (status !== statusOf(earlier).Status)
    tell(host, command, "EC2 Command Status-change Notification", String(status));
}

function tell(
  host: ServiceHost,
  command: CommandRecord,
  detailType: string,
  status: string,
  instanceId?: string,
): void {
  const { account, region, id, documentName, requestedMs, timeoutSeconds, parameters, instanceIds } = command;
  const from = { account, region, parentId: command.callId };
  void announce(host, "aws.ssm", from, () => ({
    detailType,
    resources: (instanceId === undefined ? instanceIds : [instanceId]).map((instance) =>
      makeArn("ec2", region, account, `instance/${instance}`),
    ),
    detail: {
      "command-id": id,
      "document-name": documentName,
      ...(instanceId === undefined
        ? { "expire-after": new Date(requestedMs + timeoutSeconds * 1000).toISOString(), parameters }
        : { "instance-id": instanceId }),
      "requested-date-time": new Date(requestedMs).toISOString(),
      status,
    },
  }));
}
