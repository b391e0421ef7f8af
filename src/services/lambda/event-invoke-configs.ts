import { parseArn } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { DESTINATIONS } from "./destinations.ts";
import { invalidParameter, notFound } from "./errors.ts";
import { functionArn } from "./function-name.ts";
import { arnOf, type Found, findVersion, locateFunction, referenceOf } from "./lookup.ts";
import { readPage } from "./page.ts";
import { functions, LATEST } from "./records.ts";

export interface EventInvokeConfigRecord {
  readonly qualifier: string;
  /** Epoch milliseconds. */
  readonly lastModifiedMs: number;
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeInSeconds?: number;
  readonly destinationConfig: { readonly OnSuccess: Api.OnSuccess; readonly OnFailure: Api.OnFailure };
}

/** By [function, qualifier]. */
export const eventInvokeConfigs = defineCollection<EventInvokeConfigRecord>({ name: "event-invoke-configs" });

/** Retries, age and destinations of asynchronous invocations: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html */
export const eventInvokeConfigOperations = (): Handlers<Api.Operations> => ({
  PutFunctionEventInvokeConfig(input, ctx) {
    return answer(put(ctx, input, undefined));
  },

  UpdateFunctionEventInvokeConfig(input, ctx) {
    target(ctx, { FunctionName: input.FunctionName });
    return answer(put(ctx, input, existing(ctx, input).config));
  },

  GetFunctionEventInvokeConfig(input, ctx) {
    return answer(existing(ctx, input));
  },

  DeleteFunctionEventInvokeConfig(input, ctx) {
    const { found, config } = existing(ctx, input);
    found.store.collection(eventInvokeConfigs).delete([found.name, config.qualifier]);
  },

  ListFunctionEventInvokeConfigs(input, ctx) {
    const found = target(ctx, input);
    const page = readPage(found.store.collection(eventInvokeConfigs), [found.name], input);
    return {
      FunctionEventInvokeConfigs: page.values.map((config) => answer({ found, config })),
      ...(page.NextMarker && { NextMarker: page.NextMarker }),
    };
  },
});

interface Existing {
  readonly found: Found;
  readonly config: EventInvokeConfigRecord;
}

/** A function that is not there has no configuration either, and that is what AWS says of it. */
function existing(ctx: Context, input: { FunctionName: string; Qualifier?: string }): Existing {
  const reference = referenceOf(ctx, input.FunctionName, input.Qualifier);
  const { name, qualifier = LATEST } = reference;
  const store = ctx.host.store(reference.account, reference.region);
  const config = store.collection(eventInvokeConfigs).get([name, qualifier]);
  if (!config) {
    throw notFound(
      `The function ${functionArn(reference, name, qualifier)} doesn't have an EventInvokeConfig`,
    );
  }
  return { found: locateFunction(ctx.host, reference), config };
}

/** The function that a configuration is for. @throws ResourceNotFoundException in words of these operations' own */
function target(ctx: Context, input: { FunctionName: string; Qualifier?: string }): Found {
  const reference = referenceOf(ctx, input.FunctionName, input.Qualifier);
  try {
    const found = locateFunction(ctx.host, reference);
    findVersion(found);
    return found;
  } catch (error) {
    if (error instanceof AwsError) throw notFound("The function doesn't exist.");
    throw error;
  }
}

function put(
  ctx: Context,
  input: Api.PutFunctionEventInvokeConfigRequest,
  before: EventInvokeConfigRecord | undefined,
): Existing {
  const found = target(ctx, input);
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input;
  if (
    MaximumRetryAttempts === undefined &&
    MaximumEventAgeInSeconds === undefined &&
    DestinationConfig === undefined
  ) {
    throw invalidParameter("You must specify at least one of error handling or destination setting.");
  }
  for (const destination of [
    DestinationConfig?.OnSuccess?.Destination,
    DestinationConfig?.OnFailure?.Destination,
  ]) {
    if (destination === arnOf(found) || destination === arnOf(found, LATEST)) {
      throw invalidParameter("You can't specify the function as a destination for itself.");
    }
    checkDestination(ctx, destination, DestinationConfig);
  }
  const config: EventInvokeConfigRecord = {
    ...before,
    qualifier: found.qualifier ?? LATEST,
    lastModifiedMs: ctx.clock.now(),
    ...(MaximumRetryAttempts !== undefined && { maximumRetryAttempts: MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds !== undefined && { maximumEventAgeInSeconds: MaximumEventAgeInSeconds }),
    destinationConfig: {
      OnSuccess: DestinationConfig?.OnSuccess ?? before?.destinationConfig.OnSuccess ?? {},
      OnFailure: DestinationConfig?.OnFailure ?? before?.destinationConfig.OnFailure ?? {},
    },
  };
  found.store.collection(eventInvokeConfigs).put([found.name, config.qualifier], config);
  return { found, config };
}

/** An event goes to a queue, a topic, a bus, a bucket, or a function that is there. */
function checkDestination(
  ctx: Context,
  destination: string | undefined,
  config: Api.DestinationConfig | undefined,
): void {
  const arn = destination ? parseArn(destination) : undefined;
  if (!destination || !arn) return;
  if (!DESTINATIONS.has(arn.service))
    throw invalidParameter(`The provided destination config ${inJava(config)} is invalid.`);
  if (arn.service !== "lambda") return;
  const there = ctx.host.store(arn.account, arn.region).collection(functions);
  if (!there.has([arn.resource.split(":")[1] ?? ""]))
    throw invalidParameter(`The destination ARN ${destination} is invalid.`);
}

/** As AWS prints its own object. */
function inJava({ OnSuccess, OnFailure }: Api.DestinationConfig = {}): string {
  const one = (name: string, value: { Destination?: string } | undefined) =>
    value?.Destination === undefined ? "null" : `${name}(destination=${value.Destination})`;
  return `DestinationConfig(onSuccess=${one("OnSuccess", OnSuccess)}, onFailure=${one("OnFailure", OnFailure)})`;
}

function answer({ found, config }: Existing): Api.FunctionEventInvokeConfig {
  return {
    LastModified: new Date(config.lastModifiedMs),
    FunctionArn: arnOf(found, config.qualifier),
    ...(config.maximumRetryAttempts !== undefined && { MaximumRetryAttempts: config.maximumRetryAttempts }),
    ...(config.maximumEventAgeInSeconds !== undefined && {
      MaximumEventAgeInSeconds: config.maximumEventAgeInSeconds,
    }),
    DestinationConfig: { ...config.destinationConfig },
  };
}
