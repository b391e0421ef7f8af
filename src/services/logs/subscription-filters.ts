import { parseArn } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { accessDenied, invalidParameter, limitExceeded, subscriptionFilterNotFound } from "./errors.ts";
import type { Feed } from "./feed.ts";
import { compile } from "./filter.ts";
import { requireGroup } from "./group.ts";
import { pageOf } from "./page.ts";
import { subscriptionFilterCollection } from "./subscription-filter.ts";

const MAX_FILTERS = 2;
const PAGE_SIZE = 50;

export const subscriptionFilters = (feed: Feed): Handlers<Logs.Operations> => ({
  async PutSubscriptionFilter(input, ctx) {
    await checkDestination(input, ctx);
    compile(input.filterPattern);
    const group = requireGroup(ctx.store, input.logGroupName);
    const filters = ctx.store.collection(subscriptionFilterCollection);
    const key = [group.name, input.filterName];
    const existing = filters.get(key);
    if (!existing && filters.count({ prefix: [group.name] }) >= MAX_FILTERS) throw limitExceeded();
    filters.put(key, {
      filterName: input.filterName,
      logGroupName: group.name,
      filterPattern: input.filterPattern,
      destinationArn: input.destinationArn,
      ...(input.roleArn && { roleArn: input.roleArn }),
      distribution: input.distribution ?? "ByLogStream",
      applyOnTransformedLogs: input.applyOnTransformedLogs ?? false,
      creationTime: existing?.creationTime ?? ctx.clock.now(),
      ...(input.fieldSelectionCriteria && { fieldSelectionCriteria: input.fieldSelectionCriteria }),
      ...(input.emitSystemFields && { emitSystemFields: input.emitSystemFields }),
    });
    feed.forget(ctx, group.name);
  },

  DeleteSubscriptionFilter(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupName);
    if (!ctx.store.collection(subscriptionFilterCollection).delete([group.name, input.filterName]))
      throw subscriptionFilterNotFound();
    feed.forget(ctx, group.name);
  },

  DescribeSubscriptionFilters(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupName);
    const found = [
      ...ctx.store.collection(subscriptionFilterCollection).values({ prefix: [group.name] }),
    ].filter(({ filterName }) => filterName.startsWith(input.filterNamePrefix ?? ""));
    const { items, nextToken } = pageOf(found, input, PAGE_SIZE, ({ filterName }) => [filterName]);
    return { subscriptionFilters: items, ...(nextToken && { nextToken }) };
  },
});

/** A function of the same account, a stream with a role, or a destination. */
async function checkDestination(input: Logs.PutSubscriptionFilterRequest, ctx: Context): Promise<void> {
  const arn = parseArn(input.destinationArn);
  switch (arn?.service) {
    case "lambda":
      if (arn.account !== ctx.account)
        throw accessDenied(
          "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.",
        );
      return requireFunction(input.destinationArn, ctx);
    case "kinesis":
    case "firehose":
      if (!input.roleArn)
        throw invalidParameter(`destinationArn for vendor ${arn.service} cannot be used without roleArn`);
      return;
    case "logs":
      if (!arn.resource.startsWith("destination:")) throw invalidParameter("Invalid destinationArn");
      return;
    default:
      throw invalidParameter(
        `PutSubscriptionFilter operation cannot work with destinationArn for vendor ${arn?.service ?? input.destinationArn}`,
      );
  }
}

async function requireFunction(functionArn: string, ctx: Context): Promise<void> {
  if (!ctx.host.serves("lambda")) return;
  try {
    await ctx.call("lambda", "GetFunctionConfiguration", { FunctionName: functionArn });
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "ResourceNotFoundException") throw error;
    throw invalidParameter(
      "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.",
    );
  }
}
