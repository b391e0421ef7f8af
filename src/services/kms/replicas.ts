import { begin } from "../../aws/lifecycle.ts";
import { tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as KMS from "../../models/generated/kms.ts";
import { keyExists, notMultiRegionPrimary, validation } from "./errors.ts";
import { defaultPolicy, isReplica, type KeyRecord, keyArn } from "./key.ts";
import { describeKey } from "./key-metadata.ts";
import { checkPolicy } from "./key-policy.ts";
import { type Keys, without } from "./keys.ts";
import { keyLifecycle } from "./lifecycle.ts";
import { tagging } from "./tags.ts";

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html */
export const replicas = (keys: Keys): Handlers<KMS.Operations> => ({
  ReplicateKey(input, ctx) {
    const primary = primaryAt(input.KeyId, keys, ctx);
    const { ReplicaRegion: region, Policy, Description: description = "" } = input;
    if (!REGION.test(region)) throw validation(`Invalid region ${region}`);
    const { account, id } = primary;
    const { multiRegion } = primary;
    if (
      region === primary.region ||
      multiRegion.replicas.includes(region) ||
      keys.get(id, { account, region })
    )
      throw keyExists(keyArn({ account, region, id }));
    const { rotation, currentMaterialId, expirationModel, ...common } = primary;
    const replica: KeyRecord = {
      ...common,
      region,
      createdAtMs: ctx.clock.now(),
      description,
      isEnabled: true,
      policy: checkPolicy(
        Policy ?? defaultPolicy(account),
        ctx.caller,
        { account, region, id },
        Policy === undefined || input.BypassPolicyLockoutSafetyCheck === true,
      ),
      tags: tagging.read(input.Tags?.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }))),
      materials: [],
      multiRegion: { primary: primary.region, replicas: [] },
      grants: [],
    };
    keys.put({ ...primary, multiRegion: { ...multiRegion, replicas: [...multiRegion.replicas, region] } });
    const transition = begin(keyLifecycle, "Creating", keyArn(replica), { account, region }, ctx);
    keys.put(transition ? { ...replica, transition } : replica);
    const creating = { ...replica, transition: { status: "Creating" as const, untilMs: ctx.clock.now() } };
    const { CurrentKeyMaterialId, ...ReplicaKeyMetadata } = describeKey(creating, keys);
    return {
      ReplicaKeyMetadata,
      ReplicaPolicy: replica.policy,
      ...(Object.keys(replica.tags).length > 0 && {
        ReplicaTags: tagList(replica.tags).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
      }),
    };
  },

  UpdatePrimaryRegion(input, ctx) {
    const primary = primaryAt(input.KeyId, keys, ctx);
    const { PrimaryRegion: region } = input;
    const { account, id } = primary;
    const { replicas: regions } = primary.multiRegion;
    const next = regions.includes(region) ? keys.get(id, { account, region }) : undefined;
    if (!next) throw validation(`There is no replica of ${keyArn(primary)} in ${region}.`);
    const others = regions.filter((one) => one !== region);
    const { rotation, currentMaterialId } = primary;
    const isOwn = next.origin === "EXTERNAL";
    keys.put({
      ...next,
      ...(!isOwn && { materials: primary.materials, ...(currentMaterialId && { currentMaterialId }) }),
      ...(rotation && { rotation }),
      multiRegion: { primary: region, replicas: [...others, primary.region] },
    });
    for (const other of others) {
      const replica = keys.get(id, { account, region: other });
      if (replica) keys.put({ ...replica, multiRegion: { primary: region, replicas: [] } });
    }
    const after = { ...without(primary, "rotation"), multiRegion: { primary: region, replicas: [] } };
    const transition = begin(keyLifecycle, "Updating", keyArn(primary), primary, ctx);
    keys.put({
      ...(isOwn ? after : without({ ...after, materials: [] }, "currentMaterialId")),
      ...(transition && { transition }),
    });
  },
});

function primaryAt(
  keyId: string,
  keys: Keys,
  ctx: Context,
): KeyRecord & { readonly multiRegion: NonNullable<KeyRecord["multiRegion"]> } {
  const key = keys.find(keyId, ctx);
  keys.refuseDeleted(key);
  const { multiRegion } = key;
  if (!multiRegion || isReplica(key)) throw notMultiRegionPrimary(keyArn(key));
  return { ...key, multiRegion };
}
