import { FirstDue } from "../../aws/due.ts";
import { isOver } from "../../aws/lifecycle.ts";
import { parseArn } from "../../core/arn.ts";
import type { AwsError } from "../../core/aws-error.ts";
import type { Context, ServiceHost } from "../../core/service.ts";
import { aliasArn, aliasRecords } from "./alias.ts";
import {
  aliasNotFound,
  disabled,
  invalidArnRegion,
  invalidKeyId,
  keyIs,
  keyNotFound,
  keyUnavailable,
  keyUsage,
  noAliases,
  throttled,
  unsupported,
} from "./errors.ts";
import { USE } from "./fault-points.ts";
import { isReplica, type KeyRecord, keyArn, keyRecords, managedPolicy } from "./key.ts";
import { nextDue } from "./key-clock.ts";
import { announceKey } from "./key-events.ts";
import { type Material, newSecret } from "./material.ts";

const DAY_MS = 86_400_000;
const ID = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

export interface Place {
  readonly account: string;
  readonly region: string;
}

export type KeyState =
  | "Creating"
  | "Enabled"
  | "Disabled"
  | "PendingDeletion"
  | "PendingReplicaDeletion"
  | "PendingImport"
  | "Updating";

/** What the descriptions of keys that AWS manages say they protect, as recorded and as accounts list them; of others it is inferred. */
const PROTECTED: Readonly<Record<string, string>> = {
  acm: "ACM private keys",
  backup: "Backup data",
  dynamodb: "DynamoDB data",
  ebs: "EBS volumes",
  elasticfilesystem: "EFS filesystems",
  glue: "Glue data",
  lambda: "Lambda functions",
  rds: "RDS database volumes",
  s3: "S3 objects",
  secretsmanager: "Secrets Manager data",
  ssm: "SSM parameters",
};

/** The keys of all accounts and regions: found by any kind of key id, and brought up to the clock whenever they are looked at. */
export class Keys {
  readonly #host: ServiceHost;
  /** By ARN; of this process alone. */
  readonly #uses = new Map<string, LastUse>();
  /** Since when it is known what keys are used for. */
  readonly sinceMs: number;

  readonly #due: FirstDue;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#due = new FirstDue(host, () => this.start());
    this.sinceMs = host.clock.now();
  }

  /** Brings all keys up to the clock, and waits for what it does to them next. */
  start(): void {
    for (const { account, region } of this.#host.scopes()) {
      for (const key of [...this.#host.store(account, region).collection(keyRecords).values()]) {
        const settled = this.settled(key);
        if (settled) this.#due.expect(nextDue(settled, this.#host.clock.now()));
      }
    }
  }

  stop(): void {
    this.#due.stop();
  }

  /**
   * A key by its id or ARN, as whoever manages keys names them: https://docs.aws.amazon.com/kms/latest/developerguide/alias-using.html
   * @throws InvalidArnException for an alias, NotFoundException
   */
  find(keyId: string, place: Place): KeyRecord {
    if (/(?:^|:)alias\//.test(keyId)) throw noAliases();
    return this.findByAny(keyId, place);
  }

  /** A key by its id, ARN, alias or alias's ARN. @throws NotFoundException in the words that fit the kind of id */
  findByAny(keyId: string, { account, region }: Place): KeyRecord {
    const parsed = parseArn(keyId);
    if (!parsed && keyId.startsWith("alias/")) return this.#byAlias(keyId, { account, region });
    if (!parsed) return this.#byId(keyId, { account, region });
    if (parsed.service !== "kms") throw invalidKeyId(keyId);
    if (parsed.region !== region) throw invalidArnRegion(parsed.region);
    const place = { account: parsed.account, region };
    if (parsed.resource.startsWith("alias/")) return this.#byAlias(parsed.resource, place);
    return this.#byId(parsed.resource.replace(/^key\//, ""), place);
  }

  #byId(id: string, place: Place): KeyRecord {
    if (!ID.test(id)) throw invalidKeyId(id);
    const key = this.get(id, place);
    if (!key) throw keyNotFound(keyArn({ ...place, id }));
    return key;
  }

  #byAlias(name: string, place: Place): KeyRecord {
    const store = this.#host.store(place.account, place.region);
    const alias = store.collection(aliasRecords).look([name]);
    const key = alias && this.get(alias.keyId, place);
    if (key) return key;
    if (!/^alias\/aws\/[\w-]+$/.test(name)) throw aliasNotFound(aliasArn(place, name));
    return this.#makeManaged(name, place);
  }

  /** A key that AWS manages is there as soon as somebody asks for it. */
  #makeManaged(name: string, place: Place): KeyRecord {
    const id = this.#host.random.uuid();
    const nowMs = this.#host.clock.now();
    const service = name.slice("alias/aws/".length);
    const material = newSecret("SYMMETRIC_DEFAULT", id);
    const key: KeyRecord = {
      id,
      ...place,
      createdAtMs: nowMs,
      description: `Default key that protects my ${PROTECTED[service] ?? `${service} data`} when no other key is defined`,
      spec: "SYMMETRIC_DEFAULT",
      usage: "ENCRYPT_DECRYPT",
      origin: "AWS_KMS",
      manager: "AWS",
      isEnabled: true,
      policy: managedPolicy(service, place),
      tags: {},
      materials: [material],
      currentMaterialId: material.id,
      rotation: { periodDays: 365, nextMs: nowMs + 365 * DAY_MS },
      grants: [],
    };
    this.put(key);
    const alias = { name, keyId: id, createdAtMs: nowMs, updatedAtMs: nowMs };
    this.#host.store(place.account, place.region).collection(aliasRecords).put([name], alias);
    return key;
  }

  /** A key by its id, as it is by now; undefined when its deletion has come. */
  get(id: string, place: Place): KeyRecord | undefined {
    const key = this.#host.store(place.account, place.region).collection(keyRecords).look([id]);
    return key && this.settled(key);
  }

  /** What the clock has done to a key since it was written: deleted it, let its material expire, rotated it. */
  settled(key: KeyRecord): KeyRecord | undefined {
    const nowMs = this.#host.clock.now();
    let now = key.multiRegion && key.multiRegion.replicas.length > 0 ? this.#withoutGoneReplicas(key) : key;
    if (now.deletion?.atMs !== undefined && now.deletion.atMs <= nowMs) {
      this.#remove(key);
      announceKey(this.#host, "KMS CMK Deletion", key);
      return undefined;
    }
    if (now.materials.some(({ validToMs }) => validToMs !== undefined && validToMs <= nowMs)) {
      now = {
        ...now,
        materials: now.materials.map((one) => ((one.validToMs ?? Infinity) <= nowMs ? gone(one) : one)),
      };
      announceKey(this.#host, "KMS Imported Key Material Expiration", key);
    }
    while (now.rotation && now.rotation.nextMs <= nowMs && now.isEnabled && !now.deletion) {
      const { periodDays, nextMs } = now.rotation;
      const material = {
        ...newSecret(now.spec, now.id),
        rotation: { atMs: nextMs, type: "AUTOMATIC" as const },
      };
      now = {
        ...now,
        materials: [...now.materials, material],
        currentMaterialId: material.id,
        rotation: { periodDays, nextMs: nextMs + periodDays * DAY_MS },
      };
      announceKey(this.#host, "KMS CMK Rotation", key);
    }
    if (now.transition && isOver(now.transition, this.#host)) now = without(now, "transition");
    if (now !== key) this.put(now);
    return now;
  }

  put(key: KeyRecord): void {
    this.#host.store(key.account, key.region).collection(keyRecords).put([key.id], key);
    this.#due.expect(nextDue(key, this.#host.clock.now()));
  }

  /** A key has new material at once. */
  rotated(key: KeyRecord): void {
    this.put(key);
    announceKey(this.#host, "KMS CMK Rotation", key);
  }

  /** A key is gone, with its aliases. */
  #remove(key: KeyRecord): void {
    const store = this.#host.store(key.account, key.region);
    store.collection(keyRecords).delete([key.id]);
    this.#uses.delete(keyArn(key));
    const aliases = store.collection(aliasRecords);
    for (const { name } of [...aliases.by("byKey").values({ prefix: [key.id] })]) aliases.delete([name]);
  }

  /** A primary without the replicas that are gone by now. With the last of them its own last days begin. */
  #withoutGoneReplicas(primary: KeyRecord): KeyRecord {
    const { multiRegion, deletion } = primary;
    if (!multiRegion) return primary;
    const nowMs = this.#host.clock.now();
    let lastGoneMs = 0;
    const replicas = multiRegion.replicas.filter((region) => {
      const replica = this.#host.store(primary.account, region).collection(keyRecords).get([primary.id]);
      const goneMs = replica ? (replica.deletion?.atMs ?? Infinity) : nowMs;
      if (goneMs > nowMs) return true;
      lastGoneMs = Math.max(lastGoneMs, goneMs);
      return false;
    });
    if (replicas.length === multiRegion.replicas.length) return primary;
    const begins = deletion && deletion.atMs === undefined && replicas.length === 0;
    return {
      ...primary,
      multiRegion: { ...multiRegion, replicas },
      ...(begins && { deletion: { ...deletion, atMs: lastGoneMs + deletion.windowDays * DAY_MS } }),
    };
  }

  /** The primary of a multi-region key, which may be the key itself. */
  primaryOf(key: KeyRecord): KeyRecord {
    if (!isReplica(key) || !key.multiRegion) return key;
    const region = key.multiRegion.primary;
    return this.#host.store(key.account, region).collection(keyRecords).get([key.id]) ?? key;
  }

  /** Whose materials count: a replica has its primary's, unless they were imported. */
  materialHolder(key: KeyRecord): KeyRecord {
    if (!isReplica(key) || key.origin === "EXTERNAL") return key;
    const primary = this.primaryOf(key);
    return this.settled(primary) ?? primary;
  }

  /** @throws KMSInvalidStateException when there is none: it was never imported, or is no more */
  currentMaterial(key: KeyRecord): Material {
    const { materials, currentMaterialId } = this.materialHolder(key);
    const current = materials.find(({ id }) => id === currentMaterialId);
    if (!current || current.goneDigest !== undefined) throw keyIs(keyArn(key), "pending import");
    return current;
  }

  stateOf(key: KeyRecord): KeyState {
    if (key.deletion) return key.deletion.atMs === undefined ? "PendingReplicaDeletion" : "PendingDeletion";
    if (key.transition) return key.transition.status;
    const holder = this.materialHolder(key);
    if (holder.origin === "EXTERNAL") {
      const wanted = holder.materials.filter(({ isPending }) => !isPending);
      if (wanted.length === 0 || wanted.some(({ goneDigest }) => goneDigest !== undefined))
        return "PendingImport";
    }
    return key.isEnabled ? "Enabled" : "Disabled";
  }

  /** @throws KMSInvalidStateException for a key that is to be deleted */
  refuseDeleted(key: KeyRecord): void {
    if (key.deletion)
      throw keyIs(
        keyArn(key),
        key.deletion.atMs === undefined ? "pending replica deletion" : "pending deletion",
      );
    if (key.transition) throw keyIs(keyArn(key), key.transition.status.toLowerCase());
  }

  /** @throws what the state of a key says of using it */
  refuseUnusable(key: KeyRecord): void {
    this.refuseDeleted(key);
    const state = this.stateOf(key);
    if (state === "PendingImport") throw keyIs(keyArn(key), "pending import");
    if (state === "Disabled") throw disabled(keyArn(key));
  }

  /** A key that is about to be used for an operation. @throws what its state, its usage or a fault says */
  use(keyId: string, usage: string, ctx: Context, operation: string = ctx.operation): KeyRecord {
    const key = this.findByAny(keyId, ctx);
    const arn = keyArn(key);
    for (const { effect } of ctx.hits(USE, { resource: arn, operation: ctx.operation })) {
      const error = FAULTS[effect]?.(arn);
      if (error) throw error;
    }
    this.refuseUnusable(key);
    if (key.usage !== usage) throw keyUsage(arn, key.usage, operation);
    this.#uses.set(arn, { operation: ctx.operation, atMs: ctx.clock.now(), requestId: ctx.requestId });
    return key;
  }

  /** What a key was last used for, as far as this process knows. */
  lastUseOf(key: KeyRecord): LastUse | undefined {
    return this.#uses.get(keyArn(key));
  }

  /** @throws UnsupportedOperationException for a key that AWS manages */
  refuseManaged(key: KeyRecord): void {
    if (key.manager === "AWS")
      throw unsupported(`${keyArn(key)} is an AWS managed key, which is not valid for this operation.`);
  }
}

interface LastUse {
  readonly operation: string;
  readonly atMs: number;
  readonly requestId: string;
}

const FAULTS: Readonly<Record<string, (arn: string) => AwsError>> = {
  disabled,
  "pending-deletion": (arn) => keyIs(arn, "pending deletion"),
  unavailable: keyUnavailable,
  throttled: () => throttled(),
};

/** What is left of imported material that was deleted or has expired: its id, so that only the same can come back. */
export const gone = ({ id, description, rotation, isPending }: Material): Material => ({
  id,
  secret: "",
  goneDigest: id,
  ...(description !== undefined && { description }),
  ...(rotation && { rotation }),
  ...(isPending && { isPending }),
});

export function without<T extends object, K extends keyof T>(record: T, member: K): Omit<T, K> & T {
  const { [member]: _, ...rest } = record;
  return rest as Omit<T, K> & T;
}
