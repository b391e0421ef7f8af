import { tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as KMS from "../../models/generated/kms.ts";
import { keyIs, twoKeySpecs, unsupported, validation } from "./errors.ts";
import { defaultPolicy, isReplica, type KeyRecord, keyArn, keyRecords } from "./key.ts";
import { describeKey } from "./key-metadata.ts";
import { checkPolicy } from "./key-policy.ts";
import { KEY_SPECS, keySpec } from "./key-spec.ts";
import { type Keys, without } from "./keys.ts";
import { marked } from "./marked.ts";
import { isSecret, type Material, materialOf, newKeyPair, newSecret } from "./material.ts";
import { tagging } from "./tags.ts";

const DAY_MS = 86_400_000;

/** Keys come, are enabled and disabled, and go: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
export const lifetime = (keys: Keys): Handlers<KMS.Operations> => {
  const refuseUnsettled = (key: KeyRecord) => {
    keys.refuseDeleted(key);
    if (keys.stateOf(key) === "PendingImport") throw keyIs(keyArn(key), "pending import");
  };
  /** A key that its owner may change: not one that AWS manages. */
  const owned = (keyId: string, ctx: Context) => {
    const key = keys.find(keyId, ctx);
    keys.refuseManaged(key);
    return key;
  };

  return {
    async CreateKey(input, ctx) {
      if (input.KeySpec && input.CustomerMasterKeySpec) throw twoKeySpecs();
      const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
      const usage = usageOf(spec, input.KeyUsage);
      const origin = originOf(input, spec);
      const hex = ctx.random.hex(32);
      const id = input.MultiRegion ? `mrk-${hex}` : ctx.random.uuid();
      const { account, region } = ctx;
      const policy = checkPolicy(
        input.Policy ?? defaultPolicy(account),
        ctx.caller,
        { account, region, id },
        input.BypassPolicyLockoutSafetyCheck === true || input.Policy === undefined,
      );
      const tags = tagging.read(keyed(input.Tags));
      const material = origin === "EXTERNAL" ? undefined : await newMaterial(spec, id);
      const key: KeyRecord = {
        id,
        account,
        region,
        createdAtMs: ctx.clock.now(),
        description: input.Description ?? "",
        spec,
        usage,
        origin,
        manager: "CUSTOMER",
        isEnabled: true,
        policy,
        tags,
        materials: material ? [material] : [],
        ...(material && { currentMaterialId: material.id }),
        ...(input.MultiRegion && { multiRegion: { primary: region, replicas: [] } }),
        grants: [],
      };
      keys.put(key);
      return { KeyMetadata: describeKey(key, keys) };
    },

    GetKeyLastUsage({ KeyId }, ctx) {
      const key = keys.findByAny(KeyId, ctx);
      const used = keys.lastUseOf(key);
      return {
        KeyId: keyArn(key),
        KeyCreationDate: new Date(key.createdAtMs),
        TrackingStartDate: new Date(Math.max(key.createdAtMs, keys.sinceMs)),
        ...(used && {
          KeyLastUsage: {
            Operation: used.operation,
            Timestamp: new Date(used.atMs),
            KmsRequestId: used.requestId,
          },
        }),
      };
    },

    DescribeKey: (input, ctx) => ({ KeyMetadata: describeKey(keys.findByAny(input.KeyId, ctx), keys) }),

    ListKeys(input, ctx) {
      const all = [...ctx.store.collection(keyRecords).values()].filter((key) => keys.settled(key));
      const { items, ...rest } = marked(all, ({ id }) => [id], input, 100);
      return { Keys: items.map((key) => ({ KeyId: key.id, KeyArn: keyArn(key) })), ...rest };
    },

    UpdateKeyDescription(input, ctx) {
      const key = owned(input.KeyId, ctx);
      keys.refuseDeleted(key);
      keys.put({ ...key, description: input.Description });
    },

    EnableKey(input, ctx) {
      const key = owned(input.KeyId, ctx);
      refuseUnsettled(key);
      keys.put({ ...key, isEnabled: true });
    },

    DisableKey(input, ctx) {
      const key = owned(input.KeyId, ctx);
      refuseUnsettled(key);
      keys.put({ ...key, isEnabled: false });
    },

    ScheduleKeyDeletion(input, ctx) {
      const key = owned(input.KeyId, ctx);
      keys.refuseDeleted(key);
      const windowDays = input.PendingWindowInDays ?? 30;
      if (windowDays < 7 || windowDays > 30)
        throw validation("PendingWindowInDays must be between 7 and 30, inclusive.");
      const waits = !isReplica(key) && (key.multiRegion?.replicas.length ?? 0) > 0;
      const deletion = { windowDays, ...(!waits && { atMs: ctx.clock.now() + windowDays * DAY_MS }) };
      const after = { ...key, isEnabled: false, deletion };
      keys.put(after);
      return {
        KeyId: keyArn(key),
        ...(deletion.atMs !== undefined && { DeletionDate: new Date(deletion.atMs) }),
        KeyState: keys.stateOf(after),
        PendingWindowInDays: windowDays,
      };
    },

    CancelKeyDeletion(input, ctx) {
      const key = owned(input.KeyId, ctx);
      if (!key.deletion) throw keyIs(keyArn(key), "not pending deletion");
      keys.put(without({ ...key, isEnabled: false }, "deletion"));
      return { KeyId: keyArn(key) };
    },

    ListResourceTags(input, ctx) {
      const { tags } = keys.find(input.KeyId, ctx);
      const { items, ...rest } = marked(tagList(tags), ({ Key }) => [Key], input, 50);
      return { Tags: items.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })), ...rest };
    },

    TagResource(input, ctx) {
      const key = owned(input.KeyId, ctx);
      keys.refuseDeleted(key);
      keys.put({ ...key, tags: tagging.add(key.tags, keyed(input.Tags)) });
    },

    UntagResource(input, ctx) {
      const key = owned(input.KeyId, ctx);
      keys.refuseDeleted(key);
      keys.put({ ...key, tags: tagging.remove(key.tags, input.TagKeys) });
    },
  };
};

function usageOf(spec: string, asked: string | undefined): string {
  const known = KEY_SPECS[spec];
  if (!known) throw unsupported(`Squall makes no keys of the key spec ${spec}.`);
  if (asked === undefined) {
    // A symmetric key has one usage; whoever wants another kind says what for.
    if (known.kind !== "symmetric")
      throw validation(
        "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
      );
    return "ENCRYPT_DECRYPT";
  }
  if (!known.usages.includes(asked))
    throw validation(`KeyUsage ${asked} is not compatible with KeySpec ${spec}`);
  return asked;
}

function originOf(
  { Origin: origin = "AWS_KMS", CustomKeyStoreId, XksKeyId }: KMS.CreateKeyRequest,
  spec: string,
): string {
  if (
    CustomKeyStoreId !== undefined ||
    XksKeyId !== undefined ||
    /^(AWS_CLOUDHSM|EXTERNAL_KEY_STORE)$/.test(origin)
  )
    throw unsupported("Squall has no custom key stores.");
  if (origin === "EXTERNAL" && /^(ML_|ECC_NIST_EDWARDS)/.test(spec))
    throw unsupported(`KeySpec ${spec} is not supported for Origin ${origin}`);
  return origin;
}

async function newMaterial(spec: string, id: string): Promise<Material> {
  const kind = keySpec(spec);
  return isSecret(kind) ? newSecret(spec, id) : materialOf((await newKeyPair(kind)).privateKey, id);
}

const keyed = (tags: KMS.TagList | undefined) =>
  tags?.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }));
