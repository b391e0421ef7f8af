import { partsOf } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { describeReplicas, describeWhole } from "./description.ts";
import {
  invalidRequest,
  nameScheduledForDeletion,
  noToken,
  secretExists,
  secretNotFound,
  tooManyVersions,
  versionExists,
} from "./errors.ts";
import { addReplicas, replicate, saveWithReplicas } from "./replication.ts";
import { saysToken } from "./request-token.ts";
import { nextRotation } from "./schedule.ts";
import {
  checkName,
  findChangeable,
  findSecret,
  liveSecret,
  newSecretArn,
  refuseDeleted,
  type Secret,
  saveSecret,
  secretValues,
} from "./secret.ts";
import { CURRENT, PENDING, replaceCurrent } from "./stages.ts";
import { tagging } from "./tags.ts";
import { type GivenValue, givenValue, openValue, resealed, sealValue } from "./values.ts";

const MOST_STAGES = 20;

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html and its neighbours */
export const secrets: Handlers<SecretsManager.Operations> = {
  async CreateSecret(input, ctx) {
    checkName(input.Name);
    const id = tokenOf(input, ctx);
    const value = givenValue(input);
    const before = liveSecret(ctx.store, input.Name, ctx.clock.now());
    if (before?.deletion) throw nameScheduledForDeletion();
    if (before && !(await isSameVersion(before, id, value, ctx.store, ctx))) throw secretExists(input.Name);
    if (before) return { ARN: before.arn, Name: before.name, VersionId: id };
    const nowMs = ctx.clock.now();
    const empty: Secret = {
      name: input.Name,
      arn: newSecretArn(input.Name, ctx),
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.KmsKeyId !== undefined && { kmsKeyId: input.KmsKeyId }),
      ...(input.Type !== undefined && { type: input.Type }),
      createdAtMs: nowMs,
      changedAtMs: nowMs,
      versions: {},
      tags: tagging.read(keyed(input.Tags ?? [])),
    };
    const sealed = value && (await sealValue(empty, id, value, ctx));
    const secret = value ? withVersion(empty, id, [CURRENT], nowMs) : empty;
    ctx.store.transaction(() => {
      if (liveSecret(ctx.store, input.Name, nowMs)) throw secretExists(input.Name);
      saveSecret(ctx.store, secret);
      if (sealed) ctx.store.collection(secretValues).put([secret.name, id], sealed);
    });
    const regions = input.AddReplicaRegions ?? [];
    const after =
      regions.length === 0
        ? secret
        : await addReplicas(secret, regions, input.ForceOverwriteReplicaSecret === true, ctx);
    return {
      ARN: secret.arn,
      Name: secret.name,
      ...(value && { VersionId: id }),
      ...describeReplicas(after, ctx.host),
    };
  },

  async PutSecretValue(input, ctx) {
    const id = tokenOf(input, ctx);
    const value = givenValue(input);
    if (!value) throw invalidRequest("You must provide either SecretString or SecretBinary.");
    const stages = input.VersionStages ?? [CURRENT];
    const { secret } = findChangeable(input.SecretId, ctx);
    return await putVersion(secret, id, value, stages, ctx);
  },

  async UpdateSecret(input, ctx) {
    const { secret: before, store } = findChangeable(input.SecretId, ctx);
    const value = givenValue(input);
    const version = value && { id: tokenOf(input, ctx), value };
    const changes: Partial<Secret> = {
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.KmsKeyId !== undefined && { kmsKeyId: input.KmsKeyId }),
      ...(input.Type !== undefined && { type: input.Type }),
    };
    const isOfAnotherKey = input.KmsKeyId !== undefined && input.KmsKeyId !== before.kmsKeyId;
    const moved = isOfAnotherKey ? await resealed({ ...before, ...changes }, before, store, ctx) : [];
    const change = (secret: Secret): Secret => {
      for (const [id, value] of moved) store.collection(secretValues).put([before.name, id], value);
      const versions = { ...secret.versions };
      for (const [id] of moved) {
        const version = versions[id];
        if (version) versions[id] = { ...version, ...(changes.kmsKeyId && { kmsKeyId: changes.kmsKeyId }) };
      }
      return { ...secret, ...changes, versions, changedAtMs: ctx.clock.now() };
    };
    const answer = { ARN: before.arn, Name: before.name };
    if (!version) {
      await replicate(saveChanged(before, change, store, ctx), ctx);
      return answer;
    }
    // One with the other, or neither: the version may be refused.
    await putVersion({ ...before, ...changes }, version.id, version.value, [CURRENT], ctx, change);
    return { ...answer, VersionId: version.id };
  },

  DescribeSecret: (input, ctx) => describeWhole(findSecret(input.SecretId, ctx).secret, ctx.host),

  async TagResource(input, ctx) {
    const { secret, store } = findChangeable(input.SecretId, ctx);
    await saveWithReplicas(store, { ...secret, tags: tagging.add(secret.tags, keyed(input.Tags)) }, ctx);
  },

  async UntagResource(input, ctx) {
    const { secret, store } = findChangeable(input.SecretId, ctx);
    await saveWithReplicas(store, { ...secret, tags: tagging.remove(secret.tags, input.TagKeys) }, ctx);
  },
};

/** SDKs make the token by themselves; whoever speaks HTTP must. */
export function tokenOf(
  { ClientRequestToken: token }: { ClientRequestToken?: string },
  ctx: Context,
): string {
  if (!saysToken(ctx)) throw noToken();
  return token ?? ctx.random.uuid();
}

/**
 * Adds a version, or finds that it is there with the same value.
 * @param change what else becomes of the secret at the same moment; called within the transaction
 */
async function putVersion(
  secret: Secret,
  id: string,
  value: { bytes: Buffer; isBinary: boolean },
  stages: readonly string[],
  ctx: Context,
  change?: (secret: Secret) => Secret,
): Promise<SecretsManager.PutSecretValueResponse> {
  if (stages.length > MOST_STAGES) throw tooManyVersions();
  const store = storeOf(secret, ctx);
  const known = secret.versions[id];
  const answer = (after: Secret) => ({
    ARN: after.arn,
    Name: after.name,
    VersionId: id,
    VersionStages: [...(after.versions[id]?.stages ?? [])].sort(),
  });
  if (known && !known.isEmpty) {
    if (!(await isSameVersion(secret, id, value, store, ctx))) throw versionExists(id);
    if (!change) return answer(secret);
    const changed = saveChanged(secret, change, store, ctx);
    await replicate(changed, ctx);
    return answer(changed);
  }
  const sealed = await sealValue(secret, id, value, ctx);
  const nowMs = ctx.clock.now();
  // Others may have changed it while KMS was asked, and have put this very version.
  const { now, after } = store.transaction(() => {
    const now = stillChangeable(store, secret, ctx);
    const taken = now.versions[id];
    if (taken && !taken.isEmpty) return { now };
    const after = withVersion(change?.(now) ?? now, id, stages, nowMs);
    saveSecret(store, after);
    store.collection(secretValues).put([secret.name, id], sealed);
    return { now, after };
  });
  if (!after) return await putVersion(now, id, value, stages, ctx, change);
  await replicate(after, ctx);
  return answer(after);
}

function saveChanged(secret: Secret, change: (secret: Secret) => Secret, store: Store, ctx: Context): Secret {
  return store.transaction(() => {
    const changed = change(stillChangeable(store, secret, ctx));
    saveSecret(store, changed);
    return changed;
  });
}

/** A secret as it is by now. @throws ResourceNotFoundException, InvalidRequestException when it has gone meanwhile */
function stillChangeable(store: Store, { name, arn }: Secret, ctx: Context): Secret {
  const now = liveSecret(store, name, ctx.clock.now());
  if (now?.arn !== arn) throw secretNotFound();
  refuseDeleted(now);
  return now;
}

function withVersion(secret: Secret, id: string, stages: readonly string[], nowMs: number): Secret {
  const version = {
    createdAtMs: nowMs,
    stages: [],
    ...(secret.kmsKeyId !== undefined && { kmsKeyId: secret.kmsKeyId }),
  };
  const added = { ...secret, changedAtMs: nowMs, versions: { ...secret.versions, [id]: version } };
  const isFirst = !Object.values(secret.versions).some(({ isEmpty }) => !isEmpty);
  // The very first value is the current one, whatever else it is called, unless a rotation makes it.
  const given =
    isFirst && !stages.includes(CURRENT) && !stages.includes(PENDING) ? [...stages, CURRENT] : stages;
  return replaceCurrent(given.includes(CURRENT) ? rotatedByHand(added, nowMs) : added, id, given);
}

/**
 * Whoever gives a secret another value has rotated it: days are counted from then on, though LastRotatedDate says nothing of it.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
 */
function rotatedByHand(secret: Secret, nowMs: number): Secret {
  const { rotation } = secret;
  if (!rotation?.isEnabled || rotation.rules?.AutomaticallyAfterDays === undefined) return secret;
  const nextMs = nextRotation(rotation.rules, nowMs);
  return { ...secret, rotation: { ...rotation, ...(nextMs !== undefined && { nextMs }) } };
}

async function isSameVersion(
  secret: Secret,
  id: string,
  value: { bytes: Buffer; isBinary: boolean } | undefined,
  store: Store,
  ctx: Context,
): Promise<boolean> {
  if (!secret.versions[id] || !value) return false;
  const kept: GivenValue = await openValue(secret, id, store, ctx);
  const bytes = Buffer.from(kept.SecretString ?? kept.SecretBinary ?? "");
  return bytes.equals(value.bytes) && (kept.SecretBinary !== undefined) === value.isBinary;
}

function storeOf({ arn }: Secret, ctx: Context): Store {
  const { account, region } = partsOf(arn);
  return ctx.host.store(account, region);
}

const keyed = (tags: SecretsManager.TagListType) => tags.map(({ Key = "", Value = "" }) => ({ Key, Value }));
