import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { quotaSetting } from "../../aws/quotas.ts";
import { defineResource } from "../../aws/resource.ts";
import { tagList } from "../../aws/tags.ts";
import { type AliasRecord, aliasRecords } from "./alias.ts";
import { readHead } from "./ciphertext.ts";
import { USE, usePoint } from "./fault-points.ts";
import { type KeyRecord, keyArn, keyRecords } from "./key.ts";
import { policyInForce } from "./key-policy.ts";
import { keyLifecycle } from "./lifecycle.ts";

const ALIAS = /^alias\//;
const keyName = (text: string) => (ALIAS.test(text) || text.startsWith("arn:") ? undefined : text);
const aliasName = (text: string) => (ALIAS.test(text) ? text.replace(ALIAS, "") : undefined);

/** AWS Key Management Service: https://docs.aws.amazon.com/kms/latest/APIReference/ */
export default declareService({
  name: "kms",
  resources: {
    key: defineResource<KeyRecord>({
      arn: "arn:{partition}:kms:{region}:{account}:key/{KeyId}",
      namedBy: {
        KeyId: keyName,
        TargetKeyId: keyName,
        SourceKeyId: keyName,
        DestinationKeyId: keyName,
      },
      fis: "aws:kms:key",
      cfn: "AWS::KMS::Key",
      collection: keyRecords,
      tags: {
        of: ({ tags }) => tags,
        add: {
          operation: "TagResource",
          input: (KeyId, tags) => ({
            KeyId,
            Tags: tagList(tags).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
          }),
        },
        remove: { operation: "UntagResource", input: (KeyId, TagKeys) => ({ KeyId, TagKeys }) },
      },
      policy: policyInForce,
      policyMustAllow: true,
      actions: {
        ReEncrypt: (input) => [
          {
            action: "kms:ReEncryptFrom",
            input: {
              KeyId: input["SourceKeyId"],
              CiphertextBlob: input["CiphertextBlob"],
              EncryptionContext: input["SourceEncryptionContext"],
            },
          },
          {
            action: "kms:ReEncryptTo",
            input: {
              KeyId: input["DestinationKeyId"],
              EncryptionContext: input["DestinationEncryptionContext"],
            },
          },
        ],
      },
    }),
    alias: defineResource<AliasRecord>({
      arn: "arn:{partition}:kms:{region}:{account}:alias/{AliasName/}",
      namedBy: {
        AliasName: aliasName,
        KeyId: aliasName,
        SourceKeyId: aliasName,
        DestinationKeyId: aliasName,
      },
      cfn: "AWS::KMS::Alias",
      collection: aliasRecords,
      nameOf: ({ name }) => name.replace(ALIAS, ""),
    }),
  },
  iam: {
    free: ["GenerateRandom"],
    also: { CreateKey: [{ action: "kms:TagResource", when: "Tags" }] },
    onAnything: ["CreateKey", "ListKeys", "ListAliases"],
    // Decrypt needs no key id: the ciphertext says which key it is of.
    resourcesOf(input, { region }) {
      const { KeyId, CiphertextBlob } = input;
      if (KeyId !== undefined || !(CiphertextBlob instanceof Uint8Array)) return [];
      try {
        const { account, keyId } = readHead(CiphertextBlob);
        return [keyArn({ account, region, id: keyId })];
      } catch {
        // No ciphertext of ours: the handler will say so.
        return [];
      }
    },
    conditionKeys: {
      "kms:KeySpec": (input, _, key) => of(input["KeySpec"] ?? (key as KeyRecord | undefined)?.spec),
      "kms:KeyUsage": (input, _, key) => of(input["KeyUsage"] ?? (key as KeyRecord | undefined)?.usage),
      "kms:KeyOrigin": (input, _, key) => of(input["Origin"] ?? (key as KeyRecord | undefined)?.origin),
      "kms:EncryptionAlgorithm": "EncryptionAlgorithm",
      "kms:SigningAlgorithm": "SigningAlgorithm",
      "kms:MessageType": "MessageType",
      "kms:MacAlgorithm": "MacAlgorithm",
      "kms:RequestAlias": (input) => of(ALIAS.test(String(input["KeyId"])) ? input["KeyId"] : undefined),
      "kms:EncryptionContextKeys": (input) =>
        Object.keys((input["EncryptionContext"] as object | undefined) ?? {}),
      "kms:GrantOperations": "Operations[]",
      "kms:GranteePrincipal": "GranteePrincipal",
      "kms:ReplicaRegion": "ReplicaRegion",
    },
    conditionMaps: { "kms:EncryptionContext:": "EncryptionContext" },
    standsFor: {
      collection: aliasRecords,
      read: (arn) => /:(alias\/.+)$/.exec(arn)?.[1],
      arnOf: ({ keyId }: AliasRecord, place) => keyArn({ ...place, id: keyId }),
    },
  },
  settings: { quotas: quotaSetting },
  faultPoints: { [USE]: usePoint, ...lifecyclePoint(keyLifecycle) },
});

const of = (value: unknown) => (typeof value === "string" ? [value] : undefined);
