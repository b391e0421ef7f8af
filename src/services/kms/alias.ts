import { makeArn } from "../../core/arn.ts";
import { defineCollection } from "../../core/storage.ts";

/** Another name of a key, `alias/…`. */
export interface AliasRecord {
  readonly name: string;
  readonly keyId: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Key: [name]. */
export const aliasRecords = defineCollection<AliasRecord>({
  name: "aliases",
  indexes: { byKey: ({ keyId, name }) => [keyId, name] },
});

export const aliasArn = ({ account, region }: { account: string; region: string }, name: string) =>
  makeArn("kms", region, account, name);
