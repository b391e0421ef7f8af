import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as CloudFormation from "../../models/generated/cloudformation.ts";
import { date } from "./described.ts";
import { resourceMissing, stackDoesNotExist, stackMissing, validationError } from "./errors.ts";
import { withoutHidden } from "./hidden-parameters.ts";
import { importers } from "./outputs.ts";
import type { Signals } from "./signals.ts";
import {
  eventRecords,
  exportRecords,
  lookUpStack,
  type ResourceRecord,
  resourceRecords,
  resourcesOf,
  type StackEventRecord,
  type StackRecord,
} from "./stack.ts";

const PAGE_SIZE = 100;
const refuse = () => validationError("Token is invalid");

/**
 * The newest page reaches back to where the last operation began. Tools that look every few seconds read no other one (Serverless does
 * not), and find in it what has failed: AWS takes its time, here an operation may be over before their first look.
 * @param events the oldest first
 */
function firstPageSize(events: readonly StackEventRecord[]): number {
  const last = events.at(-1)?.operationId;
  const others = events.findLastIndex(({ operationId }) => operationId !== last);
  return Math.max(PAGE_SIZE, last === undefined ? 0 : events.length - 1 - others);
}

/** What a stack has, and what has happened to it. */
export const stackResourceOperations = (signals: Signals): Handlers<CloudFormation.Operations> => ({
  DescribeStackEvents(input, ctx) {
    if (input.StackName === undefined || input.StackName === "")
      throw validationError(
        "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null",
      );
    const stack = lookUpStack(input.StackName, ctx);
    if (!stack) throw stackMissing(input.StackName);
    const all = [...ctx.store.collection(eventRecords).entries({ prefix: [stack.id] })];
    const { items, nextToken } = page(all, ({ key }) => [key[1] as number], {
      size: input.NextToken ? PAGE_SIZE : firstPageSize(all.map(({ value }) => value)),
      token: input.NextToken,
      query: [stack.id],
      descending: true,
      refuse,
    });
    return {
      StackEvents: items.map(({ value }) => ({
        StackId: stack.id,
        EventId: value.eventId,
        StackName: stack.name,
        ...(value.operationId !== undefined && { OperationId: value.operationId }),
        LogicalResourceId: value.logicalId,
        PhysicalResourceId: value.physicalId ?? "",
        ResourceType: value.type,
        Timestamp: date(value.atMs),
        ...(value.properties !== undefined && { ResourceProperties: value.properties }),
        ResourceStatus: value.status as CloudFormation.ResourceStatus,
        ...(value.reason !== undefined && { ResourceStatusReason: value.reason }),
        ...(value.token !== undefined && { ClientRequestToken: value.token }),
      })),
      ...(nextToken && { NextToken: nextToken }),
    };
  },

  DescribeStackResource(input, ctx) {
    const stack = lookUpStack(input.StackName, ctx);
    if (!stack) throw validationError(`Stack '${input.StackName}' does not exist`);
    const found = ctx.store.collection(resourceRecords).get([stack.id, input.LogicalResourceId]);
    if (!found) throw resourceMissing(input.LogicalResourceId, stack.name);
    const { Timestamp, ...described } = describe(found, stack);
    return {
      StackResourceDetail: {
        ...described,
        LastUpdatedTimestamp: Timestamp,
        Metadata: JSON.stringify(found.metadata ?? {}),
      },
    };
  },

  DescribeStackResources(input, ctx) {
    if (input.StackName !== undefined && input.PhysicalResourceId !== undefined)
      throw validationError("Must specify StackName or PhysicalResourceId, but not both");
    const stack = stackMeant(input, ctx);
    const all = shownIn(stack, ctx).filter(
      ({ logicalId }) => input.LogicalResourceId === undefined || logicalId === input.LogicalResourceId,
    );
    if (input.LogicalResourceId !== undefined && all.length === 0)
      throw resourceMissing(input.LogicalResourceId, stack.name);
    return { StackResources: all.map((record) => describe(record, stack)) };
  },

  ListStackResources(input, ctx) {
    const stack = lookUpStack(input.StackName, ctx);
    if (!stack) throw stackDoesNotExist(input.StackName);
    const { items, nextToken } = page(shownIn(stack, ctx), ({ logicalId }) => [logicalId], {
      size: PAGE_SIZE,
      token: input.NextToken,
      query: [stack.id],
      refuse,
    });
    return {
      StackResourceSummaries: items.map((record) => {
        const {
          Timestamp,
          StackId: _,
          StackName: __,
          DriftInformation,
          ...described
        } = describe(record, stack);
        return { ...described, LastUpdatedTimestamp: Timestamp, DriftInformation: DriftInformation! };
      }),
      ...(nextToken && { NextToken: nextToken }),
    };
  },

  ListExports(input, ctx) {
    const { items, nextToken } = page(ctx.store.collection(exportRecords).values(), ({ name }) => [name], {
      size: PAGE_SIZE,
      token: input.NextToken,
      query: "ListExports",
      refuse,
    });
    return {
      Exports: items.map(({ name, value, stackId }) => ({
        ExportingStackId: stackId,
        Name: name,
        Value: value,
      })),
      ...(nextToken && { NextToken: nextToken }),
    };
  },

  ListImports(input, ctx) {
    const all = importers(input.ExportName, ctx);
    if (all.length === 0) throw validationError(`Export '${input.ExportName}' is not imported by any stack.`);
    const { items, nextToken } = page(all, (name) => [name], {
      size: PAGE_SIZE,
      token: input.NextToken,
      query: input.ExportName,
      refuse,
    });
    return { Imports: items, ...(nextToken && { NextToken: nextToken }) };
  },

  SignalResource(input, ctx) {
    const stack = lookUpStack(input.StackName, ctx);
    if (!stack) throw stackMissing(input.StackName);
    const found = ctx.store.collection(resourceRecords).get([stack.id, input.LogicalResourceId]);
    if (!found) throw resourceMissing(input.LogicalResourceId, stack.name);
    signals.put(ctx, `${stack.id}/${input.LogicalResourceId}`, {
      Status: input.Status,
      UniqueId: input.UniqueId,
    });
  },
});

function stackMeant(
  { StackName, PhysicalResourceId }: CloudFormation.DescribeStackResourcesInput,
  ctx: Context,
): StackRecord {
  if (StackName !== undefined) {
    const stack = lookUpStack(StackName, ctx);
    if (!stack) throw stackDoesNotExist(StackName);
    return stack;
  }
  if (PhysicalResourceId === undefined) throw validationError("Must specify StackName or PhysicalResourceId");
  const record = ctx.store
    .collection(resourceRecords)
    .by("physical")
    .first({ prefix: [PhysicalResourceId] });
  const stack = record && lookUpStack(record.stackId, ctx);
  if (!stack) throw validationError(`Stack for ${PhysicalResourceId} does not exist`);
  return stack;
}

const shownIn = (stack: StackRecord, ctx: Context): ResourceRecord[] => resourcesOf(stack.id, ctx);

function describe(record: ResourceRecord, stack: StackRecord) {
  return {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: record.logicalId,
    ...(record.physicalId !== undefined && { PhysicalResourceId: record.physicalId }),
    ResourceType: record.type,
    Timestamp: date(record.atMs),
    ResourceStatus: record.status as CloudFormation.ResourceStatus,
    ...(record.reason !== undefined && {
      ResourceStatusReason: withoutHidden(record.reason, stack.blueprint.parameters),
    }),
    DriftInformation: {
      StackResourceDriftStatus: (record.drift?.status ??
        "NOT_CHECKED") as CloudFormation.StackResourceDriftStatus,
      ...(record.drift && { LastCheckTimestamp: date(record.drift.checkedMs) }),
    },
  };
}
