import { begin, stateOf } from "../../aws/lifecycle.ts";
import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import { type ConsumerRecord, consumerCollection, consumersOf, isGone } from "./consumer.ts";
import {
  consumerExists,
  consumerNotFound,
  consumerUnnamed,
  tokenInvalid,
  tooManyConsumers,
} from "./errors.ts";
import { consumerLifecycle } from "./lifecycle.ts";
import { findStream, nameInArn } from "./stream.ts";
import { taggingOf } from "./tagging.ts";

const MOST_CONSUMERS = 20;
const MOST_LISTED = 100;

/** Enhanced fan-out consumers: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html */
export const consumers: Handlers<Kinesis.Operations> = {
  RegisterStreamConsumer(input, ctx) {
    const { stream, store } = findStream(input, ctx);
    const known = consumersOf(store, stream, ctx.host);
    const name = input.ConsumerName;
    if (known.some((consumer) => consumer.name === name)) throw consumerExists(name, stream);
    if (known.length >= MOST_CONSUMERS) throw tooManyConsumers(stream);
    const createdMs = ctx.clock.now();
    const arn = `${stream.arn}/consumer/${name}:${Math.floor(createdMs / 1000)}`;
    const transition = begin(consumerLifecycle, "CREATING", arn, ctx, ctx);
    const consumer = {
      name,
      arn,
      streamArn: stream.arn,
      createdMs,
      tags: taggingOf(stream).read(input.Tags),
      transition,
    };
    store.collection(consumerCollection).put([stream.id, name], consumer);
    return { Consumer: describe(consumer, ctx) };
  },

  DeregisterStreamConsumer(input, ctx) {
    const { consumer, store, key } = findConsumer(input, ctx);
    const transition = begin(consumerLifecycle, "DELETING", consumer.arn, ctx, ctx);
    if (transition) store.collection(consumerCollection).put(key, { ...consumer, transition });
    else store.collection(consumerCollection).delete(key);
  },

  DescribeStreamConsumer(input, ctx) {
    const { consumer } = findConsumer(input, ctx);
    return { ConsumerDescription: { ...describe(consumer, ctx), StreamARN: consumer.streamArn } };
  },

  ListStreamConsumers(input, ctx) {
    const { stream, store } = findStream(input, ctx);
    const limit = input.MaxResults ?? MOST_LISTED;
    const { items, nextToken } = page(consumersOf(store, stream, ctx.host), ({ name }) => [name], {
      size: limit,
      token: input.NextToken,
      query: stream.arn,
      refuse: tokenInvalid,
    });
    return {
      Consumers: items.map((consumer) => describe(consumer, ctx)),
      ...(nextToken && { NextToken: nextToken }),
    };
  },
};

/** By the consumer's ARN, or by its name and its stream's ARN. */
export function findConsumer(input: Kinesis.DescribeStreamConsumerInput, ctx: Context) {
  const { ConsumerARN } = input;
  const StreamARN = ConsumerARN?.split("/consumer/")[0] ?? input.StreamARN;
  const name = ConsumerARN === undefined ? input.ConsumerName : consumerName(ConsumerARN);
  if (StreamARN === undefined || name === undefined) throw consumerUnnamed();
  const { stream, store } = findStream({ StreamName: nameInArn(StreamARN), StreamARN }, ctx);
  const key = [stream.id, name];
  const consumer = store.collection(consumerCollection).get(key);
  if (!consumer || isGone(consumer, ctx.host) || (ConsumerARN !== undefined && consumer.arn !== ConsumerARN))
    throw consumerNotFound(ConsumerARN ?? name, stream.account);
  return { consumer, store, key };
}

const consumerName = (arn: string): string => /\/consumer\/(.+):\d+$/.exec(arn)?.[1] ?? "";

function describe({ name, arn, createdMs, transition }: ConsumerRecord, { host }: Context): Kinesis.Consumer {
  return {
    ConsumerName: name,
    ConsumerARN: arn,
    ConsumerStatus: stateOf(consumerLifecycle, transition, "ACTIVE", host),
    ConsumerCreationTimestamp: new Date(createdMs),
  };
}
