import { page } from "../../aws/page.ts";
import type { Handlers } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import { checkDeadLetterQueue } from "./dead-letter.ts";
import { busExists, busNotFound, validation } from "./errors.ts";
import {
  allBuses,
  busArn,
  busName,
  busRecords,
  DEFAULT_BUS,
  type EventBusRecord,
  findBus,
  saveBus,
} from "./event-bus.ts";
import { PAGE_SIZE, refuseToken } from "./lists.ts";
import { ruleRecords } from "./rule.ts";
import { tagging } from "./tags.ts";

/** Event buses: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html */
export const eventBuses: Handlers<Events.Operations> = {
  CreateEventBus(input, ctx) {
    const { Name: name } = input;
    if (input.EventSourceName !== undefined)
      throw validation("Squall has no partner event sources to associate an event bus with.");
    if (name.includes("/")) throw validation("Event bus name must not contain '/'.");
    checkDeadLetterQueue(input.DeadLetterConfig?.Arn, ctx);
    if (name === DEFAULT_BUS || ctx.store.collection(busRecords).has([name])) throw busExists(name);
    const bus: EventBusRecord = {
      name,
      arn: busArn(ctx, name),
      ...settingsOf(input),
      tags: tagging.read(input.Tags),
      createdAtMs: ctx.clock.now(),
      modifiedAtMs: ctx.clock.now(),
    };
    saveBus(bus, ctx);
    return { EventBusArn: bus.arn, ...settings(bus) };
  },

  UpdateEventBus(input, ctx) {
    const before = findBus(input.Name, ctx);
    checkDeadLetterQueue(input.DeadLetterConfig?.Arn, ctx);
    const bus = { ...before, ...settingsOf(input), modifiedAtMs: ctx.clock.now() };
    saveBus(bus, ctx);
    return { Arn: bus.arn, Name: bus.name, ...settings(bus) };
  },

  DescribeEventBus(input, ctx) {
    const bus = findBus(input.Name, ctx);
    return { ...summary(bus), ...settings(bus) };
  },

  DeleteEventBus(input, ctx) {
    const name = busName(input.Name);
    if (name === DEFAULT_BUS) throw validation(`Cannot delete event bus ${name}.`);
    if (!ctx.store.collection(busRecords).delete([name])) throw busNotFound(name);
    ctx.store.collection(ruleRecords).clear({ prefix: [name] });
  },

  ListEventBuses({ NextToken: token, Limit: size = PAGE_SIZE, ...query }, ctx) {
    const prefix = query.NamePrefix ?? "";
    const buses = allBuses(ctx).filter(({ name }) => name.startsWith(prefix));
    const { items, nextToken } = page(buses, ({ name }) => [name], {
      size,
      token,
      query,
      refuse: refuseToken,
    });
    return {
      EventBuses: items.map((bus) => summary(bus)),
      ...(nextToken && { NextToken: nextToken }),
    };
  },
};

function settingsOf(input: Events.CreateEventBusRequest | Events.UpdateEventBusRequest) {
  const { Description, KmsKeyIdentifier, DeadLetterConfig, LogConfig } = input;
  return {
    ...(Description !== undefined && { description: Description }),
    ...(KmsKeyIdentifier !== undefined && { kmsKeyIdentifier: KmsKeyIdentifier }),
    ...(DeadLetterConfig?.Arn !== undefined && { deadLetterArn: DeadLetterConfig.Arn }),
    ...(LogConfig !== undefined && { logConfig: LogConfig }),
  };
}

const settings = ({ description, kmsKeyIdentifier, deadLetterArn, logConfig }: EventBusRecord) => ({
  ...(description !== undefined && { Description: description }),
  ...(kmsKeyIdentifier !== undefined && { KmsKeyIdentifier: kmsKeyIdentifier }),
  ...(deadLetterArn !== undefined && { DeadLetterConfig: { Arn: deadLetterArn } }),
  ...(logConfig !== undefined && { LogConfig: logConfig }),
});

function summary(bus: EventBusRecord): Events.EventBus {
  return {
    Name: bus.name,
    Arn: bus.arn,
    ...(bus.description !== undefined && { Description: bus.description }),
    ...(bus.policy !== undefined && { Policy: bus.policy }),
    CreationTime: new Date(bus.createdAtMs),
    LastModifiedTime: new Date(bus.modifiedAtMs),
  };
}
