import { page } from "../../../aws/page.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as CloudFormation from "../../../models/generated/cloudformation.ts";
import { date } from "../described.ts";
import { validationError } from "../errors.ts";
import { beginOperation, instancesOf, stackTarget, targetsOf } from "./begin.ts";
import {
  describeInstance,
  describeOperation,
  describeResult,
  summarizeInstance,
  summarizeOperation,
} from "./described.ts";
import { invalidOperation, noOrganization, notServed, operationNotFound } from "./errors.ts";
import type { StackSetOperations } from "./operations-work.ts";
import {
  activeStackSet,
  findStackSet,
  instanceRecords,
  type OperationRecord,
  operationRecords,
  resultRecords,
  type StackSetRecord,
  valuesOf,
} from "./stack-set.ts";

const PAGE_SIZE = 100;
const refuse = () => validationError("Token is invalid");

/** @throws OperationNotFoundException */
function findOperation(set: StackSetRecord, id: string, ctx: Context): OperationRecord {
  const operation = ctx.store.collection(operationRecords).get([set.id, id]);
  if (!operation) throw operationNotFound(id);
  return operation;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackInstances.html and its neighbours */
export function stackInstanceOperations(operations: StackSetOperations): Handlers<CloudFormation.Operations> {
  return {
    async CreateStackInstances(input, ctx) {
      const set = activeStackSet(input.StackSetName, ctx);
      const overrides = valuesOf(input.ParameterOverrides, {});
      const operation = beginOperation(
        { ...input, set, action: "CREATE", targets: targetsOf(input), overrides: () => overrides },
        ctx,
      );
      await operations.begin(operation, ctx);
      return { OperationId: operation.id };
    },

    async UpdateStackInstances(input, ctx) {
      const set = activeStackSet(input.StackSetName, ctx);
      const targets = targetsOf(input);
      instancesOf(set, targets, ctx);
      const operation = beginOperation(
        {
          ...input,
          set,
          action: "UPDATE",
          targets,
          // Without a word about them they stay.
          ...(input.ParameterOverrides && {
            overrides: (instance) => valuesOf(input.ParameterOverrides, instance?.overrides ?? {}),
          }),
        },
        ctx,
      );
      await operations.begin(operation, ctx);
      return { OperationId: operation.id };
    },

    async DeleteStackInstances(input, ctx) {
      const set = activeStackSet(input.StackSetName, ctx);
      const all = [...ctx.store.collection(instanceRecords).values({ prefix: [set.id] })];
      const operation = beginOperation(
        { ...input, set, action: "DELETE", targets: targetsOf(input, all) },
        ctx,
      );
      await operations.begin(operation, ctx);
      return { OperationId: operation.id };
    },

    async DetectStackSetDrift(input, ctx) {
      const set = activeStackSet(input.StackSetName, ctx);
      const targets = [...ctx.store.collection(instanceRecords).values({ prefix: [set.id] })];
      const where = targets.map(({ account, region }) => ({ account, region }));
      const operation = beginOperation({ ...input, set, action: "DETECT_DRIFT", targets: where }, ctx);
      await operations.begin(operation, ctx);
      return { OperationId: operation.id };
    },

    async ImportStacksToStackSet(input, ctx) {
      const set = activeStackSet(input.StackSetName, ctx);
      if (input.OrganizationalUnitIds?.length) throw noOrganization();
      if (input.StackIdsUrl !== undefined) throw notServed("StackIdsUrl");
      const targets = (input.StackIds ?? []).map(stackTarget);
      if (targets.length === 0) throw validationError("At least one stack must be specified");
      const seen = new Set<string>();
      for (const { account, region } of targets) {
        const place = `${account} ${region}`;
        if (seen.has(place) || ctx.store.collection(instanceRecords).has([set.id, account, region]))
          throw invalidOperation(
            `StackSet ${set.name} has a stack in account ${account} and region ${region} already`,
          );
        seen.add(place);
      }
      const operation = beginOperation({ ...input, set, action: "CREATE", targets, imports: true }, ctx);
      await operations.begin(operation, ctx);
      return { OperationId: operation.id };
    },

    ListStackInstanceResourceDrifts(input, ctx) {
      const {
        StackInstanceAccount: account,
        StackInstanceRegion: region,
        MaxResults: size = PAGE_SIZE,
      } = input;
      const set = activeStackSet(input.StackSetName, ctx);
      instancesOf(set, [{ account, region }], ctx);
      const { id } = findOperation(set, input.OperationId, ctx);
      const wanted = input.StackInstanceResourceDriftStatuses ?? [];
      const result = [...ctx.store.collection(resultRecords).values({ prefix: [set.id, id] })].find(
        (one) => one.account === account && one.region === region,
      );
      const all = (result?.drifts ?? []).filter(
        ({ StackResourceDriftStatus: status }) => wanted.length === 0 || wanted.includes(status),
      );
      const { items, nextToken } = page(all, ({ LogicalResourceId }) => [LogicalResourceId], {
        size,
        token: input.NextToken,
        query: ["ListStackInstanceResourceDrifts", set.id, id, account, region, wanted],
        refuse,
      });
      return {
        Summaries: items.map(({ checkedMs, ...one }) => ({ ...one, Timestamp: date(checkedMs) })),
        ...(nextToken && { NextToken: nextToken }),
      };
    },

    DescribeStackInstance({ StackSetName, StackInstanceAccount: account, StackInstanceRegion: region }, ctx) {
      const set = activeStackSet(StackSetName, ctx);
      const [instance] = instancesOf(set, [{ account, region }], ctx);
      return instance ? { StackInstance: describeInstance(instance) } : {};
    },

    ListStackInstances(input, ctx) {
      const set = activeStackSet(input.StackSetName, ctx);
      const { StackInstanceAccount: account, StackInstanceRegion: region, Filters: filters = [] } = input;
      const fits: Record<string, (instance: CloudFormation.StackInstanceSummary) => string | undefined> = {
        DETAILED_STATUS: ({ StackInstanceStatus }) => StackInstanceStatus?.DetailedStatus,
        LAST_OPERATION_ID: ({ LastOperationId }) => LastOperationId,
        DRIFT_STATUS: ({ DriftStatus }) => DriftStatus,
      };
      const all = [...ctx.store.collection(instanceRecords).values({ prefix: [set.id] })]
        .map(summarizeInstance)
        .filter(
          (instance) =>
            (account === undefined || instance.Account === account) &&
            (region === undefined || instance.Region === region) &&
            filters.every(({ Name = "", Values }) => fits[Name]?.(instance) === Values),
        );
      const { items, nextToken } = page(all, ({ Account = "", Region = "" }) => [Account, Region], {
        size: input.MaxResults ?? PAGE_SIZE,
        token: input.NextToken,
        query: ["ListStackInstances", set.id, account ?? "", region ?? "", filters, input.CallAs ?? ""],
        refuse,
      });
      return { Summaries: items, ...(nextToken && { NextToken: nextToken }) };
    },

    DescribeStackSetOperation({ StackSetName, OperationId }, ctx) {
      const set = findStackSet(StackSetName, ctx);
      return { StackSetOperation: describeOperation(findOperation(set, OperationId, ctx), set, ctx) };
    },

    ListStackSetOperations({ StackSetName, MaxResults: size = PAGE_SIZE, NextToken: token }, ctx) {
      const set = findStackSet(StackSetName, ctx);
      const all = ctx.store.collection(operationRecords).values({ prefix: [set.id] });
      const { items, nextToken } = page(all, ({ number }) => [number], {
        size,
        token,
        query: ["ListStackSetOperations", set.id],
        descending: true,
        refuse,
      });
      return { Summaries: items.map(summarizeOperation), ...(nextToken && { NextToken: nextToken }) };
    },

    ListStackSetOperationResults(input, ctx) {
      const set = findStackSet(input.StackSetName, ctx);
      const { id } = findOperation(set, input.OperationId, ctx);
      const wanted = (input.Filters ?? []).map(({ Values }) => Values);
      const all = [...ctx.store.collection(resultRecords).values({ prefix: [set.id, id] })].filter(
        ({ status }) => wanted.every((one) => one === status),
      );
      const { items, nextToken } = page(all, ({ order }) => [order], {
        size: input.MaxResults ?? PAGE_SIZE,
        token: input.NextToken,
        query: ["ListStackSetOperationResults", set.id, id, wanted],
        refuse,
      });
      return { Summaries: items.map(describeResult), ...(nextToken && { NextToken: nextToken }) };
    },

    StopStackSetOperation({ StackSetName, OperationId }, ctx) {
      const set = activeStackSet(StackSetName, ctx);
      const operation = findOperation(set, OperationId, ctx);
      if (operation.status !== "RUNNING")
        throw invalidOperation(
          `Operation ${OperationId} is in ${operation.status} state and cannot be stopped`,
        );
      ctx.store.collection(operationRecords).put([set.id, OperationId], { ...operation, status: "STOPPING" });
      return {};
    },
  };
}
