/**
 * Vended logs: what sends them, where they go, and the deliveries that join the two. What services vend is not made here:
 * EventBridge looks here for where its buses' logs go.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateDelivery.html and its neighbours
 */

import { makeArn, parseArn } from "../../core/arn.ts";
import { awsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { type Collection, defineCollection } from "../../core/storage.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { pageOf } from "./page.ts";
import { taggingOf } from "./tags.ts";

const PAGE_SIZE = 50;
const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

interface Destination extends Logs.DeliveryDestination {
  readonly policy?: string;
}

/** By name, by name, and by id. */
const destinationCollection = defineCollection<Destination>({ name: "delivery-destinations" });
const sourceCollection = defineCollection<Logs.DeliverySource>({ name: "delivery-sources" });
const deliveryCollection = defineCollection<Logs.Delivery>({ name: "deliveries" });

const missing = (what: string, end = ".") =>
  awsError("ResourceNotFoundException", 400, `Requested ${what} does not exist in this account${end}`);
const destinationNotFound = missing("Delivery Destination");
const sourceNotFound = missing("Delivery Source");
/** As recorded: two full stops when it is to be deleted. */
const noSourceToDelete = missing("Delivery Source", "..");
const deliveryNotFound = missing("Delivery");
const invalid = awsError("ValidationException", 400, (message: string) => message);
const conflict = awsError("ConflictException", 400, (message: string) => message);

const TYPES: Readonly<Record<string, Logs.DeliveryDestinationType>> = {
  s3: "S3",
  logs: "CWL",
  firehose: "FH",
};

export const deliveries = (): Handlers<Logs.Operations> => ({
  PutDeliveryDestination(input, ctx) {
    const collection = ctx.store.collection(destinationCollection);
    const before = collection.get([input.name]);
    const target = input.deliveryDestinationConfiguration?.destinationResourceArn;
    const type =
      target === undefined ? input.deliveryDestinationType : TYPES[parseArn(target)?.service ?? ""];
    if (!type)
      throw invalid(
        "The destination resource ARN must be that of a bucket, a log group or a delivery stream.",
      );
    const deliveryDestination: Logs.DeliveryDestination = {
      name: input.name,
      arn: makeArn("logs", ctx.region, ctx.account, `delivery-destination:${input.name}`),
      deliveryDestinationType: type,
      ...(input.outputFormat && { outputFormat: input.outputFormat }),
      ...(target !== undefined && { deliveryDestinationConfiguration: { destinationResourceArn: target } }),
      ...(input.roleArn !== undefined && { roleArn: input.roleArn }),
      ...tagsOf(input.name, before?.tags ?? input.tags),
    };
    collection.put([input.name], {
      ...deliveryDestination,
      ...(before?.policy !== undefined && { policy: before.policy }),
    });
    return { deliveryDestination };
  },

  GetDeliveryDestination(input, ctx) {
    return { deliveryDestination: described(destination(input.name, ctx)) };
  },

  DescribeDeliveryDestinations(input, ctx) {
    const { items, nextToken } = pageOf(
      ctx.store.collection(destinationCollection).values(),
      input,
      PAGE_SIZE,
      ({ name = "" }) => [name],
    );
    return { deliveryDestinations: items.map(described), ...(nextToken && { nextToken }) };
  },

  DeleteDeliveryDestination(input, ctx) {
    const { arn } = destination(input.name, ctx);
    refuseInUse(ctx, ({ deliveryDestinationArn }) => deliveryDestinationArn === arn, "destination");
    ctx.store.collection(destinationCollection).delete([input.name]);
  },

  PutDeliveryDestinationPolicy(input, ctx) {
    const { deliveryDestinationName: name, deliveryDestinationPolicy: policy } = input;
    ctx.store.collection(destinationCollection).put([name], { ...destination(name, ctx), policy });
    return { policy: { deliveryDestinationPolicy: policy } };
  },

  GetDeliveryDestinationPolicy(input, ctx) {
    const { policy } = destination(input.deliveryDestinationName, ctx);
    return { policy: policy === undefined ? {} : { deliveryDestinationPolicy: policy } };
  },

  DeleteDeliveryDestinationPolicy(input, ctx) {
    const { policy: _, ...rest } = destination(input.deliveryDestinationName, ctx);
    ctx.store.collection(destinationCollection).put([input.deliveryDestinationName], rest);
  },

  PutDeliverySource(input, ctx) {
    const collection = ctx.store.collection(sourceCollection);
    const service = parseArn(input.resourceArn)?.service;
    if (service === undefined) throw invalid(`The resource ARN ${input.resourceArn} is invalid.`);
    const deliverySource: Logs.DeliverySource = {
      name: input.name,
      arn: makeArn("logs", ctx.region, ctx.account, `delivery-source:${input.name}`),
      resourceArns: [input.resourceArn],
      service,
      logType: input.logType,
      ...tagsOf(input.name, collection.get([input.name])?.tags ?? input.tags),
    };
    collection.put([input.name], deliverySource);
    return { deliverySource };
  },

  GetDeliverySource(input, ctx) {
    const deliverySource = ctx.store.collection(sourceCollection).get([input.name]);
    if (!deliverySource) throw sourceNotFound();
    return { deliverySource };
  },

  DescribeDeliverySources(input, ctx) {
    const found = ctx.store.collection(sourceCollection).values();
    const { items, nextToken } = pageOf(found, input, PAGE_SIZE, ({ name = "" }) => [name]);
    return { deliverySources: items, ...(nextToken && { nextToken }) };
  },

  DeleteDeliverySource(input, ctx) {
    const collection = ctx.store.collection(sourceCollection);
    if (!collection.has([input.name])) throw noSourceToDelete();
    refuseInUse(ctx, ({ deliverySourceName }) => deliverySourceName === input.name, "source");
    collection.delete([input.name]);
  },

  CreateDelivery(input, ctx) {
    const { deliverySourceName, deliveryDestinationArn } = input;
    if (!ctx.store.collection(sourceCollection).has([deliverySourceName])) throw sourceNotFound();
    const name = /:delivery-destination:(.+)$/.exec(deliveryDestinationArn)?.[1] ?? "";
    const { deliveryDestinationType } = destination(name, ctx);
    const collection = ctx.store.collection(deliveryCollection);
    const isThere = [...collection.values()].some(
      (one) =>
        one.deliverySourceName === deliverySourceName &&
        one.deliveryDestinationArn === deliveryDestinationArn,
    );
    if (isThere) throw conflict("Delivery already exists for this delivery source and delivery destination.");
    const id = ctx.random.string(16, ID_ALPHABET);
    const delivery: Logs.Delivery = {
      id,
      arn: makeArn("logs", ctx.region, ctx.account, `delivery:${id}`),
      deliverySourceName,
      deliveryDestinationArn,
      ...(deliveryDestinationType && { deliveryDestinationType }),
      ...settingsOf(input),
      ...tagsOf(deliverySourceName, input.tags),
    };
    collection.put([id], delivery);
    return { delivery };
  },

  UpdateDeliveryConfiguration(input, ctx) {
    const collection = ctx.store.collection(deliveryCollection);
    collection.put([input.id], { ...found(collection, input.id), ...settingsOf(input) });
    return {};
  },

  GetDelivery(input, ctx) {
    return { delivery: found(ctx.store.collection(deliveryCollection), input.id) };
  },

  DescribeDeliveries(input, ctx) {
    const all = ctx.store.collection(deliveryCollection).values();
    const { items, nextToken } = pageOf(all, input, PAGE_SIZE, ({ id = "" }) => [id]);
    return { deliveries: items, ...(nextToken && { nextToken }) };
  },

  DeleteDelivery(input, ctx) {
    if (!ctx.store.collection(deliveryCollection).delete([input.id])) throw deliveryNotFound();
  },
});

const described = ({ policy: _, ...rest }: Destination): Logs.DeliveryDestination => rest;
/** @throws TooManyTagsException, InvalidParameterException */
const tagsOf = (name: string, tags: Logs.Tags | undefined) =>
  tags ? { tags: taggingOf(name).read(tags) } : {};

const settingsOf = ({ recordFields, fieldDelimiter, s3DeliveryConfiguration }: Partial<Logs.Delivery>) => ({
  ...(recordFields && { recordFields }),
  ...(fieldDelimiter !== undefined && { fieldDelimiter }),
  ...(s3DeliveryConfiguration && { s3DeliveryConfiguration }),
});

function destination(name: string, ctx: Context): Destination {
  const kept = ctx.store.collection(destinationCollection).get([name]);
  if (!kept) throw destinationNotFound();
  return kept;
}

function found(collection: Collection<Logs.Delivery>, id: string): Logs.Delivery {
  const delivery = collection.get([id]);
  if (!delivery) throw deliveryNotFound();
  return delivery;
}

function refuseInUse(ctx: Context, uses: (delivery: Logs.Delivery) => boolean, what: string): void {
  if ([...ctx.store.collection(deliveryCollection).values()].some(uses))
    throw conflict(`Cannot delete a delivery ${what} that is associated with a delivery.`);
}
