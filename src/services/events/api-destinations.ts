import { pageOf } from "../../aws/page.ts";
import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import {
  type ApiDestinationRecord,
  destinationArn,
  destinationRecords,
  findDestination,
} from "./api-destination.ts";
import { connectionRecords } from "./connection.ts";
import { connectionNotFound, destinationExists, parameterInvalid } from "./errors.ts";
import { PAGE_SIZE, refuseToken } from "./lists.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateApiDestination.html (InvocationRateLimitPerSecond) */
const PER_SECOND = 300;

/** API destinations: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html */
export const apiDestinations: Handlers<Events.Operations> = {
  CreateApiDestination(input, ctx) {
    const { Name: name } = input;
    checkEndpoint(input.InvocationEndpoint);
    checkConnection(input.ConnectionArn, ctx);
    if (ctx.store.collection(destinationRecords).has([name])) throw destinationExists(name);
    const id = ctx.random.uuid();
    const now = ctx.clock.now();
    const destination: ApiDestinationRecord = {
      name,
      id,
      arn: destinationArn(ctx, name, id),
      ...(input.Description !== undefined && { description: input.Description }),
      connectionArn: input.ConnectionArn,
      endpoint: input.InvocationEndpoint,
      method: input.HttpMethod,
      perSecond: input.InvocationRateLimitPerSecond ?? PER_SECOND,
      createdAtMs: now,
      modifiedAtMs: now,
    };
    ctx.store.collection(destinationRecords).put([name], destination);
    return changed(destination, ctx);
  },

  UpdateApiDestination(input, ctx) {
    const before = findDestination(input.Name, ctx);
    if (input.InvocationEndpoint !== undefined) checkEndpoint(input.InvocationEndpoint);
    if (input.ConnectionArn !== undefined) checkConnection(input.ConnectionArn, ctx);
    const destination: ApiDestinationRecord = {
      ...before,
      ...(input.Description !== undefined && { description: input.Description }),
      connectionArn: input.ConnectionArn ?? before.connectionArn,
      endpoint: input.InvocationEndpoint ?? before.endpoint,
      method: input.HttpMethod ?? before.method,
      perSecond: input.InvocationRateLimitPerSecond ?? before.perSecond,
      modifiedAtMs: ctx.clock.now(),
    };
    ctx.store.collection(destinationRecords).put([before.name], destination);
    return changed(destination, ctx);
  },

  DescribeApiDestination(input, ctx) {
    const destination = findDestination(input.Name, ctx);
    return {
      ...summary(destination, ctx),
      ...(destination.description !== undefined && { Description: destination.description }),
    };
  },

  DeleteApiDestination(input, ctx) {
    findDestination(input.Name, ctx);
    ctx.store.collection(destinationRecords).delete([input.Name]);
    return {};
  },

  ListApiDestinations({ NextToken: token, Limit: size = PAGE_SIZE, ...query }, ctx) {
    const { NamePrefix: prefix = "", ConnectionArn: arn } = query;
    const { items, nextToken } = pageOf(ctx.store.collection(destinationRecords), {
      size,
      token,
      query,
      keep: ({ name, connectionArn }) =>
        name.startsWith(prefix) && (arn === undefined || arn === connectionArn),
      refuse: refuseToken,
    });
    return {
      ApiDestinations: items.map((destination) => summary(destination, ctx)),
      ...(nextToken && { NextToken: nextToken }),
    };
  },
};

/** AWS takes HTTPS alone; here a test's server may speak plain HTTP. */
function checkEndpoint(endpoint: string): void {
  if (!URL.canParse(endpoint.replaceAll("*", "x"))) throw parameterInvalid("InvocationEndpoint");
}

function checkConnection(arn: string, { store }: Context): void {
  const name = connectionNameOf(arn);
  if (store.collection(connectionRecords).get([name])?.arn !== arn) throw connectionNotFound(name);
}

export const connectionNameOf = (arn: string): string => parseArn(arn)?.resource.split("/")[1] ?? "";

/** It is at work while its connection is authorized. */
function stateOf({ connectionArn }: ApiDestinationRecord, { store }: Context): "ACTIVE" | "INACTIVE" {
  const connection = store.collection(connectionRecords).get([connectionNameOf(connectionArn)]);
  return connection?.arn === connectionArn && !connection.isDeauthorized ? "ACTIVE" : "INACTIVE";
}

const changed = (destination: ApiDestinationRecord, ctx: Context) => ({
  ApiDestinationArn: destination.arn,
  ApiDestinationState: stateOf(destination, ctx),
  CreationTime: new Date(destination.createdAtMs),
  LastModifiedTime: new Date(destination.modifiedAtMs),
});

const summary = (destination: ApiDestinationRecord, ctx: Context) => ({
  ...changed(destination, ctx),
  Name: destination.name,
  ConnectionArn: destination.connectionArn,
  InvocationEndpoint: destination.endpoint,
  HttpMethod: destination.method,
  InvocationRateLimitPerSecond: destination.perSecond,
});
