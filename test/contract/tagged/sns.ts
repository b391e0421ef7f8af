import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "sns",
    type: "topic",
    create: async (call, Name) => (await call("CreateTopic", { Name }))["TopicArn"] as string,
  },
];
