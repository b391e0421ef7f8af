import type { Transition } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection } from "../../core/storage.ts";
import type { Material } from "./material.ts";

/** A key as it is kept, by its id. */
export interface KeyRecord {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly createdAtMs: number;
  readonly description: string;
  readonly spec: string;
  readonly usage: string;
  readonly origin: string;
  readonly manager: "CUSTOMER" | "AWS";
  readonly isEnabled: boolean;
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Oldest first. Of a replica none: its primary's count, unless material is imported. */
  readonly materials: readonly Material[];
  readonly currentMaterialId?: string;
  /** Imported material that has a last day, or none. */
  readonly expirationModel?: string;
  readonly rotation?: { readonly periodDays: number; readonly nextMs: number };
  /** Scheduled for deletion; of a primary with replicas only when they are gone. */
  readonly deletion?: { readonly windowDays: number; readonly atMs?: number };
  /** The region of its primary; the other regions stand in the primary's record. */
  readonly multiRegion?: { readonly primary: string; readonly replicas: readonly string[] };
  readonly transition?: Transition<"Creating" | "Updating">;
  readonly grants: readonly Grant[];
}

/** Lets a principal use the key: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export interface Grant {
  readonly id: string;
  readonly token: string;
  readonly createdAtMs: number;
  readonly name?: string;
  readonly grantee: string;
  readonly retiring?: string;
  readonly operations: readonly string[];
  readonly constraints?: {
    readonly EncryptionContextSubset?: Readonly<Record<string, string>>;
    readonly EncryptionContextEquals?: Readonly<Record<string, string>>;
    readonly SourceArn?: string;
  };
  readonly issuingAccount: string;
}

/** Key: [id]. */
export const keyRecords = defineCollection<KeyRecord>({ name: "keys" });

export const keyArn = ({ account, region, id }: Pick<KeyRecord, "account" | "region" | "id">) =>
  makeArn("kms", region, account, `key/${id}`);

export const isReplica = ({ multiRegion, region }: KeyRecord) =>
  multiRegion !== undefined && multiRegion.primary !== region;

/** What AWS puts on a key that is made without a policy. */
export const defaultPolicy = (account: string) =>
  JSON.stringify(
    {
      Version: "2012-10-17",
      Id: "key-default-1",
      Statement: [
        {
          Sid: "Enable IAM User Permissions",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Action: "kms:*",
          Resource: "*",
        },
      ],
    },
    undefined,
    2,
  );

/** What AWS puts on a key of its own: whoever of the account may use the service may use the key through it. */
export const managedPolicy = (
  service: string,
  { account, region }: { readonly account: string; readonly region: string },
) =>
  JSON.stringify({
    Version: "2012-10-17",
    Id: `auto-${service}-1`,
    Statement: [
      {
        Sid: `Allow access through ${service} for all principals in the account that are authorized to use ${service}`,
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:CreateGrant",
          "kms:DescribeKey",
        ],
        Resource: "*",
        Condition: {
          StringEquals: {
            "kms:CallerAccount": account,
            "kms:ViaService": `${service}.${region}.amazonaws.com`,
          },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        Resource: "*",
      },
    ],
  });
