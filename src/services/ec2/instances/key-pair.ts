import { tagList } from "../../../aws/tags.ts";
import { defineCollection } from "../../../core/storage.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { keyPairNotFound } from "../errors.ts";
import type { Kept, Kind } from "../kind.ts";

/** A key pair as it is kept: its private key is its maker's alone. */
export interface KeyPairRecord extends Kept {
  readonly name: string;
  readonly keyType: EC2.KeyType;
  readonly fingerprint: string;
  readonly publicKey: string;
  readonly createdMs: number;
}

export const keyPairs: Kind<KeyPairRecord, EC2.KeyPairInfo> = {
  type: "key-pair",
  prefix: "key",
  collection: defineCollection<KeyPairRecord>({ name: "key-pairs" }),
  notFound: keyPairNotFound,
  malformed: keyPairNotFound,
  describe: ({ id, name, keyType, fingerprint, createdMs, tags }) => ({
    KeyPairId: id,
    KeyName: name,
    KeyType: keyType,
    KeyFingerprint: fingerprint,
    CreateTime: new Date(createdMs),
    Tags: tagList(tags),
  }),
  filters: {
    "key-pair-id": "KeyPairId",
    fingerprint: "KeyFingerprint",
    "key-name": "KeyName",
  },
};
