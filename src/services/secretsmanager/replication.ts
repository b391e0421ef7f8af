import { isDeepStrictEqual } from "node:util";
import { begin } from "../../aws/lifecycle.ts";
import { partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { describeReplicas } from "./description.ts";
import { invalidParameter, invalidRequest } from "./errors.ts";
import { replicaLifecycle } from "./lifecycle.ts";
import {
  findChangeable,
  findSecret,
  isReplica,
  liveSecret,
  type Replica,
  removeSecret,
  type Secret,
  saveSecret,
  secretValues,
} from "./secret.ts";
import { givenValue, openValue, sealValue } from "./values.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/create-manage-multi-region-secrets.html */
export const replication: Handlers<SecretsManager.Operations> = {
  async ReplicateSecretToRegions(input, ctx) {
    const { secret } = findChangeable(input.SecretId, ctx);
    const after = await addReplicas(
      secret,
      input.AddReplicaRegions,
      input.ForceOverwriteReplicaSecret === true,
      ctx,
    );
    return { ARN: after.arn, ...describeReplicas(after, ctx.host) };
  },

  RemoveRegionsFromReplication(input, ctx) {
    const { secret, store } = findChangeable(input.SecretId, ctx);
    const { account } = partsOf(secret.arn);
    const gone = new Set(input.RemoveReplicaRegions);
    for (const { region } of secret.replicas ?? []) {
      const there = ctx.host.store(account, region);
      const replica = gone.has(region) ? liveSecret(there, secret.name, ctx.clock.now()) : undefined;
      if (replica && isReplica(replica)) removeSecret(there, replica);
    }
    const after = { ...secret, replicas: (secret.replicas ?? []).filter(({ region }) => !gone.has(region)) };
    saveSecret(store, after);
    return { ARN: secret.arn, ...describeReplicas(after, ctx.host) };
  },

  StopReplicationToReplica(input, ctx) {
    const { secret, store } = findSecret(input.SecretId, ctx);
    const { primaryRegion, transition: _, ...own } = secret;
    if (primaryRegion === undefined || !isReplica(secret))
      throw invalidRequest("The secret is not a replica.");
    const { account, region } = partsOf(secret.arn);
    const there = ctx.host.store(account, primaryRegion);
    const primary = liveSecret(there, secret.name, ctx.clock.now());
    if (primary)
      saveSecret(there, {
        ...primary,
        replicas: (primary.replicas ?? []).filter((one) => one.region !== region),
      });
    saveSecret(store, own);
    return { ARN: secret.arn };
  },
};

export async function addReplicas(
  secret: Secret,
  regions: readonly SecretsManager.ReplicaRegionType[],
  overwrites: boolean,
  ctx: Context,
): Promise<Secret> {
  const own = partsOf(secret.arn);
  const added = regions.map(({ Region = "", KmsKeyId }): Replica => {
    if (Region === own.region) throw invalidParameter("Invalid replica region.");
    const there = liveSecret(ctx.host.store(own.account, Region), secret.name, ctx.clock.now());
    const isForeign = there !== undefined && there.primaryRegion !== own.region;
    const failed = isForeign && !overwrites;
    const place = { account: own.account, region: Region };
    const transition = failed
      ? undefined
      : begin(replicaLifecycle, "InProgress", arnIn(secret, Region), place, ctx);
    return {
      region: Region,
      ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
      status: failed ? "Failed" : "InSync",
      ...(transition && { transition }),
      ...(failed && { message: `Replication failed: Secret name simple conflict in region ${Region}` }),
    };
  });
  const kept = (secret.replicas ?? []).filter(({ region }) => !added.some((one) => one.region === region));
  const after = { ...secret, primaryRegion: own.region, replicas: [...kept, ...added] };
  await saveWithReplicas(ctx.host.store(own.account, own.region), after, ctx);
  return after;
}

/** The primary is kept first: each replica is a write of its own that may fail, and is then told to have. */
export async function saveWithReplicas(store: Store, secret: Secret, ctx: Context): Promise<void> {
  store.transaction(() => saveSecret(store, secret));
  await replicate(secret, ctx);
}

/** A secret's ARN in another Region. */
const arnIn = ({ arn }: Secret, region: string): string =>
  arn.replace(`:${partsOf(arn).region}:`, `:${region}:`);

/**
 * Brings what changed in a primary to its replicas, tags and policy too, each value under the replica's own key. Rotations are the
 * primary's alone: https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 */
export async function replicate(secret: Secret, ctx: Context): Promise<void> {
  const { account, region: from } = partsOf(secret.arn);
  const home = ctx.host.store(account, from);
  for (const { region, kmsKeyId, status, transition } of secret.replicas ?? []) {
    // What a rule has failed is not made, and never will be.
    if (status === "Failed" || transition?.failure !== undefined) continue;
    const store = ctx.host.store(account, region);
    const arn = arnIn(secret, region);
    const { replicas, kmsKeyId: _, rotation, ...common } = secret;
    const replica: Secret = {
      ...common,
      arn,
      ...(transition && { transition }),
      ...(kmsKeyId !== undefined && { kmsKeyId }),
    };
    try {
      const values = await copied(secret, replica, ctx);
      // Who has changed it while KMS was asked brings it there, too, and may have been first.
      const now = liveSecret(home, secret.name, ctx.clock.now());
      if (now && now.arn === secret.arn && isOther(now, secret)) return await replicate(now, ctx);
      store.transaction(() => {
        saveSecret(store, replica);
        const collection = store.collection(secretValues);
        for (const [id, value] of values) collection.put([secret.name, id], value);
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const failed = (one: Replica): Replica =>
        one.region === region ? { ...one, status: "Failed", message: error.message } : one;
      home.transaction(() => {
        const now = liveSecret(home, secret.name, ctx.clock.now());
        if (now) saveSecret(home, { ...now, replicas: (now.replicas ?? []).map(failed) });
      });
    }
  }
}

const isOther = (now: Secret, before: Secret) =>
  now.changedAtMs !== before.changedAtMs ||
  now.policy !== before.policy ||
  !isDeepStrictEqual([now.versions, now.tags], [before.versions, before.tags]);

/** The values that a replica has not got yet. */
async function copied(secret: Secret, replica: Secret, ctx: Context) {
  const own = partsOf(secret.arn);
  const there = partsOf(replica.arn);
  const store = ctx.host.store(own.account, own.region);
  const values = ctx.host.store(there.account, there.region).collection(secretValues);
  const missing = Object.keys(secret.versions).filter((id) => !values.has([secret.name, id]));
  const found = [];
  for (const id of missing) {
    const value = givenValue(await openValue(secret, id, store, ctx));
    if (value) found.push([id, await sealValue(replica, id, value, ctx)] as const);
  }
  return found;
}
