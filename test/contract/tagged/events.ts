import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "events",
    type: "event-bus",
    create: async (call, Name) => String((await call("CreateEventBus", { Name }))["EventBusArn"]),
  },
  {
    service: "events",
    type: "rule",
    create: async (call, Name) =>
      String((await call("PutRule", { Name, EventPattern: '{"source": ["shop"]}' }))["RuleArn"]),
  },
];
