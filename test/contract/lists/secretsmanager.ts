import type { ListCase } from "../lists.ts";

const page = {
  service: "secretsmanager",
  size: "MaxResults",
  token: "NextToken",
  next: "NextToken",
} as const;

/** A token must have 32 characters; what names a version here is its beginning. */
const idOf = (name: string) => name.padEnd(32, "-");

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "ListSecrets",
    items: "SecretList",
    add: (call, Name) => call("CreateSecret", { Name, SecretString: "x" }),
    remove: (call, SecretId) => call("DeleteSecret", { SecretId, ForceDeleteWithoutRecovery: true }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  {
    ...page,
    operation: "BatchGetSecretValue",
    items: "SecretValues",
    input: () => ({ Filters: [{ Key: "name", Values: ["!none"] }] }),
    add: (call, Name) => call("CreateSecret", { Name, SecretString: "x" }),
    remove: (call, SecretId) => call("DeleteSecret", { SecretId, ForceDeleteWithoutRecovery: true }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  {
    ...page,
    operation: "ListSecretVersionIds",
    items: "Versions",
    input: () => ({ SecretId: "s" }),
    prepare: (call) => call("CreateSecret", { Name: "s" }),
    add: (call, name) =>
      call("PutSecretValue", {
        SecretId: "s",
        SecretString: "x",
        ClientRequestToken: idOf(name),
        VersionStages: [name, "AWSPENDING"],
      }),
    remove: (call, name) =>
      call("UpdateSecretVersionStage", {
        SecretId: "s",
        VersionStage: name,
        RemoveFromVersionId: idOf(name),
      }),
    nameOf: ({ VersionId }: { VersionId: string }) => VersionId.replace(/-+$/, ""),
  },
];
