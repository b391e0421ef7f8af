import { makeArn, parseArn } from "../../core/arn.ts";
import type { Handlers } from "../../core/service.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { destinationCollection } from "./destination.ts";
import { destinationNotFound, invalidParameter } from "./errors.ts";
import { pageOf } from "./page.ts";
import { taggingOf } from "./tags.ts";

const PAGE_SIZE = 50;

/** Streams that subscription filters of other accounts may send to. */
export const destinations = (): Handlers<Logs.Operations> => ({
  PutDestination(input, ctx) {
    const service = parseArn(input.targetArn)?.service;
    if (service !== "kinesis" && service !== "firehose")
      throw invalidParameter("targetArn must be the ARN of a Kinesis stream or a Firehose delivery stream.");
    // They are checked and not kept: no operation of Logs tells the tags of a destination.
    taggingOf(input.destinationName).read(input.tags);
    const collection = ctx.store.collection(destinationCollection);
    const existing = collection.get([input.destinationName]);
    const destination = {
      ...existing,
      destinationName: input.destinationName,
      targetArn: input.targetArn,
      roleArn: input.roleArn,
      arn: makeArn("logs", ctx.region, ctx.account, `destination:${input.destinationName}`),
      creationTime: existing?.creationTime ?? ctx.clock.now(),
    };
    collection.put([input.destinationName], destination);
    return { destination };
  },

  PutDestinationPolicy(input, ctx) {
    const collection = ctx.store.collection(destinationCollection);
    const destination = collection.get([input.destinationName]);
    if (!destination) throw destinationNotFound();
    collection.put([input.destinationName], { ...destination, accessPolicy: input.accessPolicy });
  },

  DeleteDestination(input, ctx) {
    if (!ctx.store.collection(destinationCollection).delete([input.destinationName]))
      throw destinationNotFound();
  },

  DescribeDestinations(input, ctx) {
    const found = [...ctx.store.collection(destinationCollection).values()].filter(({ destinationName }) =>
      destinationName?.startsWith(input.DestinationNamePrefix ?? ""),
    );
    const { items, nextToken } = pageOf(found, input, PAGE_SIZE, ({ destinationName = "" }) => [
      destinationName,
    ]);
    return { destinations: items, ...(nextToken && { nextToken }) };
  },
});
