import { isResourcePolicy } from "../../core/policy.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import { consumerCollection } from "./consumer.ts";
import { findConsumer } from "./consumers.ts";
import { policyInvalid, policyNotFound } from "./errors.ts";
import { findStream, saveStream } from "./stream.ts";
import { isConsumer } from "./tags.ts";

/** Resource policies of streams and consumers. */
export const policies: Handlers<Kinesis.Operations> = {
  PutResourcePolicy({ ResourceARN, Policy }, ctx) {
    if (!isResourcePolicy(Policy)) throw policyInvalid();
    setPolicy(ResourceARN, Policy, ctx);
  },

  GetResourcePolicy({ ResourceARN }, ctx) {
    return { Policy: policyOf(ResourceARN, ctx) };
  },

  DeleteResourcePolicy({ ResourceARN }, ctx) {
    policyOf(ResourceARN, ctx);
    setPolicy(ResourceARN, undefined, ctx);
  },
};

function policyOf(arn: string, ctx: Context): string {
  const { policy } = isConsumer(arn)
    ? findConsumer({ ConsumerARN: arn }, ctx).consumer
    : findStream({ StreamARN: arn }, ctx).stream;
  if (policy === undefined) throw policyNotFound(arn);
  return policy;
}

function setPolicy(arn: string, policy: string | undefined, ctx: Context): void {
  if (isConsumer(arn)) {
    const { consumer, store, key } = findConsumer({ ConsumerARN: arn }, ctx);
    store.collection(consumerCollection).put(key, withPolicy(consumer, policy));
  } else {
    const { stream, store } = findStream({ StreamARN: arn }, ctx);
    saveStream(store, withPolicy(stream, policy));
  }
}

function withPolicy<R extends { readonly policy?: string }>(record: R, policy: string | undefined) {
  const { policy: _, ...rest } = record;
  return policy === undefined ? rest : { ...rest, policy };
}
