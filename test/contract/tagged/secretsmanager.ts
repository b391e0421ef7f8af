import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "secretsmanager",
    type: "secret",
    create: async (call, Name) => (await call("CreateSecret", { Name, SecretString: "x" }))["ARN"] as string,
  },
];
