import { announce } from "../../aws/announce.ts";
import type { Context, ServiceHost } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import { withoutHidden } from "./hidden-parameters.ts";
import {
  eventCounts,
  eventRecords,
  type ResourceRecord,
  type StackEventRecord,
  type StackRecord,
  saveStack,
  stackRecords,
} from "./stack.ts";

/** Where a stack is, and what its news goes by. */
export interface StackPlace {
  readonly host: ServiceHost;
  readonly store: Store;
  readonly account: string;
  readonly region: string;
}

export const placeOf = ({ host, store, account, region }: Context): StackPlace => ({
  host,
  store,
  account,
  region,
});

/** Changes a stack, and says so in its events when its status is another. @returns the stack as it is now */
export function changeStack(
  id: string,
  change: Partial<StackRecord>,
  place: StackPlace,
  options: { readonly reason?: string | undefined } = {},
): StackRecord {
  return place.store.transaction(() => changed(id, change, place, options));
}

/** States in which the stack's resources begin to be deleted. */
const DELETING: ReadonlySet<string> = new Set(["DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"]);

function changed(
  id: string,
  change: Partial<StackRecord>,
  place: StackPlace,
  options: { readonly reason?: string | undefined },
): StackRecord {
  const before = place.store.collection(stackRecords).get([id])!;
  const { reason: _, ...rest } = before;
  const reason = options.reason;
  const after: StackRecord =
    change.status === undefined
      ? { ...before, ...change }
      : {
          ...rest,
          ...change,
          ...(reason !== undefined && { reason }),
          ...(DELETING.has(change.status) && { deletingMs: place.host.clock.now() }),
        };
  saveStack(after, place);
  if (change.status !== undefined)
    return addEvent(
      after,
      {
        eventId: place.host.random.uuid(),
        logicalId: after.name,
        physicalId: after.id,
        type: "AWS::CloudFormation::Stack",
        status: change.status,
        ...(reason !== undefined && { reason }),
      },
      place,
    );
  return after;
}

/** Begins an operation: the stack is kept with it, and its events say so. */
export function beginOperation(stack: StackRecord, status: string, place: StackPlace): StackRecord {
  return place.store.transaction(() => {
    saveStack(stack, place);
    return changeStack(stack.id, { status }, place, { reason: "User Initiated" });
  });
}

/** Says in a stack's events how a resource is. */
export function resourceEvent(
  stackId: string,
  resource: ResourceRecord,
  place: StackPlace,
  isReplaced = false,
): void {
  place.store.transaction(() => addResourceEvent(stackId, resource, place, isReplaced));
}

function addResourceEvent(
  stackId: string,
  resource: ResourceRecord,
  place: StackPlace,
  isReplaced: boolean,
): void {
  const stack = place.store.collection(stackRecords).look([stackId])!;
  const atMs = place.host.clock.now();
  const { blueprint, operation } = stack;
  const shown = <T>(value: T) => withoutHidden(value, blueprint.parameters, operation?.to?.parameters ?? {});
  addEvent(
    stack,
    {
      eventId: isReplaced
        ? `${resource.logicalId}-${place.host.random.uuid()}`
        : `${resource.logicalId}-${resource.status}-${new Date(atMs).toISOString()}`,
      logicalId: resource.logicalId,
      physicalId: resource.physicalId ?? "",
      type: resource.type,
      status: resource.status,
      ...(resource.reason !== undefined && { reason: shown(resource.reason) }),
      // The events of what was replaced have none.
      ...(!isReplaced && { properties: JSON.stringify(shown(resource.properties)) }),
    },
    place,
  );
}

function addEvent(
  stack: StackRecord,
  event: Omit<StackEventRecord, "atMs" | "token" | "operationId">,
  place: StackPlace,
): StackRecord {
  const record: StackEventRecord = {
    ...event,
    atMs: place.host.clock.now(),
    ...(stack.operation?.token !== undefined && { token: stack.operation.token }),
    ...(stack.operation && { operationId: stack.operation.id }),
  };
  // Not in the stack's own record: with its template it would be written anew for every event.
  const counts = place.store.collection(eventCounts);
  const number = counts.get([stack.id])?.events ?? stack.events;
  place.store.collection(eventRecords).put([stack.id, number], record);
  counts.put([stack.id], { events: number + 1 });
  notify(stack, record, place);
  announceStatus(stack, record, place);
  return stack;
}

/** The same on the default bus: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/events-detail-reference.html */
function announceStatus(
  stack: StackRecord,
  { logicalId, physicalId, type, status, reason, token }: StackEventRecord,
  { host, account, region }: StackPlace,
): void {
  const from = { account, region, origin: `stack(${stack.name})`, sourceArn: stack.id };
  const isStack = physicalId === stack.id;
  void announce(host, "aws.cloudformation", from, () => ({
    detailType: `CloudFormation ${isStack ? "Stack" : "Resource"} Status Change`,
    resources: [stack.id],
    detail: {
      "stack-id": stack.id,
      ...(!isStack && { "logical-resource-id": logicalId, "physical-resource-id": physicalId ?? "" }),
      "status-details": { status, "status-reason": reason ?? "" },
      ...(!isStack && { "resource-type": type }),
      "client-request-token": token ?? "",
    },
  }));
}

/** An event as a topic gets it: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-monitor-stack.html */
function notify(stack: StackRecord, event: StackEventRecord, { host, account, region }: StackPlace): void {
  const arns = stack.operation?.to?.notificationArns ?? stack.blueprint.notificationArns;
  if (arns.length === 0) return;
  const lines = {
    StackId: stack.id,
    Timestamp: new Date(event.atMs).toISOString(),
    EventId: event.eventId,
    LogicalResourceId: event.logicalId,
    Namespace: account,
    PhysicalResourceId: event.physicalId ?? "",
    ResourceProperties: event.properties ?? "null",
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason ?? "",
    ResourceType: event.type,
    StackName: stack.name,
    ClientRequestToken: event.token ?? "null",
  };
  const Message = Object.entries(lines)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join("");
  for (const TopicArn of arns) {
    void host
      .call(
        "sns",
        "Publish",
        { TopicArn, Subject: "AWS CloudFormation Notification", Message },
        {
          account,
          region,
          as: "cloudformation.amazonaws.com",
          origin: `stack(${stack.name})`,
          sourceArn: stack.id,
        },
      )
      .catch((error: Error) =>
        host.log.warn(`The notification of stack ${stack.name} did not reach ${TopicArn}: ${error.message}`),
      );
  }
}
