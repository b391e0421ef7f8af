import { sure } from "../../core/sure.ts";
import type * as KMS from "../../models/generated/kms.ts";
import { isReplica, type KeyRecord, keyArn } from "./key.ts";
import { algorithmsOf } from "./key-spec.ts";
import type { Keys } from "./keys.ts";

/** A key as DescribeKey has it. */
export function describeKey(key: KeyRecord, keys: Keys): KMS.KeyMetadata {
  const state = keys.stateOf(key);
  const { currentMaterialId, materials } = keys.materialHolder(key);
  const validToMs = materials.find(({ id }) => id === currentMaterialId)?.validToMs;
  const isImported = key.expirationModel !== undefined && state !== "PendingImport";
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: keyArn(key),
    CreationDate: new Date(key.createdAtMs),
    Enabled: state === "Enabled",
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: state,
    ...(key.deletion?.atMs !== undefined && { DeletionDate: new Date(key.deletion.atMs) }),
    ...(key.deletion &&
      key.deletion.atMs === undefined && { PendingDeletionWindowInDays: key.deletion.windowDays }),
    Origin: key.origin,
    KeyManager: key.manager,
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    ...algorithmsOf(key.spec, key.usage),
    MultiRegion: key.multiRegion !== undefined,
    ...(key.multiRegion && { MultiRegionConfiguration: describeRegions(key, keys) }),
    ...(isImported && { ExpirationModel: key.expirationModel }),
    ...(isImported && validToMs !== undefined && { ValidTo: new Date(validToMs) }),
    ...(key.spec === "SYMMETRIC_DEFAULT" &&
      currentMaterialId !== undefined && { CurrentKeyMaterialId: currentMaterialId }),
  };
}

function describeRegions(key: KeyRecord, keys: Keys): KMS.MultiRegionConfiguration {
  const { multiRegion } = keys.primaryOf(key);
  const { primary, replicas } = sure(multiRegion); // The primary of a multi-region key is one.
  const at = (region: string) => ({ Arn: keyArn({ ...key, region }), Region: region });
  return {
    MultiRegionKeyType: isReplica(key) ? "REPLICA" : "PRIMARY",
    PrimaryKey: at(primary),
    ReplicaKeys: replicas.map(at),
  };
}
