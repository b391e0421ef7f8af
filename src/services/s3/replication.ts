import { Outbox } from "../../aws/outbox.ts";
import type { ServiceHost } from "../../core/service.ts";
import { behindLast } from "../../core/text.ts";
import { replicaCame } from "./events.ts";
import { REPLICATE } from "./fault-points.ts";
import { tagsIn } from "./filter-tags.ts";
import type { ObjectRecord, Segment, Version } from "./object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";

/** A replication rule as it is kept. */
interface ReplicationRule {
  readonly ID?: string;
  readonly Status?: string;
  readonly Priority?: number;
  readonly Prefix?: string;
  readonly Filter?: {
    readonly Prefix?: string;
    readonly Tag?: Tag;
    readonly And?: { readonly Prefix?: string; readonly Tags?: readonly Tag[] };
  };
  readonly Destination?: Destination;
  readonly SourceSelectionCriteria?: { readonly SseKmsEncryptedObjects?: { readonly Status?: string } };
  readonly DeleteMarkerReplication?: { readonly Status?: string };
}
interface Destination {
  readonly Bucket?: string;
  readonly StorageClass?: string;
  readonly AccessControlTranslation?: { readonly Owner?: string };
  readonly EncryptionConfiguration?: { readonly ReplicaKmsKeyID?: string };
}
interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

/** A version on its way to another bucket. */
interface Replica {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly destination: string;
  /** Of the rule's filter. */
  readonly prefix?: string;
  readonly storageClass?: string;
  /** Of KMS, for what lies under one. */
  readonly kmsKeyId?: string;
  /** Whose the replica is: its source's owner's, or its own bucket's. */
  readonly isBucketOwners?: boolean;
}

const LONGEST_MS = 86_400_000;

/** Copies what comes into a bucket to others, as its replication rules say: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html */
export class Replication {
  readonly #open: OpenBuckets;
  readonly #outbox: Outbox<Replica>;

  constructor(open: OpenBuckets, host: ServiceHost) {
    this.#open = open;
    this.#outbox = new Outbox<Replica>(host, "replications", {
      send: (_, replica) => this.#copy(replica),
      policyOf: () => ({ longestMs: LONGEST_MS, delayMs: (attempts) => Math.min(attempts, 5) * 1000 }),
      mayPass: () => true,
      giveUp: (_, replica) => this.#mark(replica, "FAILED"),
    });
  }

  start(): void {
    this.#outbox.resume();
  }

  stop(): void {
    this.#outbox.stop();
  }

  /** A version has come: it goes where rules have it go. Replicas go nowhere. */
  replicate(bucket: OpenBucket, version: Version): void {
    const { settings, account } = bucket.record;
    if (settings["replication"] === undefined || bucket.record.versioning !== "Enabled") return;
    if (!version.isDeleteMarker && version.replication === "REPLICA") return;
    const chosen = destinationsOf(settings["replication"] as { Rules?: ReplicationRule[] }, version);
    if (chosen.length === 0) return;
    if (!version.isDeleteMarker) bucket.objects.replace({ ...version, replication: "PENDING" });
    for (const rule of chosen) {
      const { Destination: to = {} } = rule;
      const kmsKeyId = to.EncryptionConfiguration?.ReplicaKmsKeyID;
      this.#outbox.put(
        { account, region: "global" },
        {
          bucket: bucket.name,
          key: version.key,
          versionId: version.versionId,
          destination: behindLast(":", to.Bucket ?? ""),
          prefix: prefixOf(rule),
          ...(to.StorageClass !== undefined && { storageClass: to.StorageClass }),
          ...(kmsKeyId !== undefined && { kmsKeyId }),
          ...(to.AccessControlTranslation?.Owner === "Destination" && { isBucketOwners: true }),
        },
      );
    }
  }

  /** What is said of a version has changed: its replicas follow. What has none gets none by it. */
  replicateChange(bucket: OpenBucket, version: ObjectRecord): void {
    if (version.replication !== undefined) this.replicate(bucket, version);
  }

  async #copy(replica: Replica): Promise<void> {
    const source = this.#open.find(replica.bucket);
    const version = source?.objects.version(replica.key, replica.versionId);
    // What is gone before its turn came needs no copy.
    if (!source || !version || version === "none") return;
    const { host } = this.#open;
    const subject = {
      resource: source.arn,
      operation: "Replicate",
      input: {
        Bucket: source.name,
        Key: replica.key,
        Destination: replica.destination,
        Region: this.#open.find(replica.destination)?.record.region,
        Prefix: replica.prefix ?? "",
      },
    };
    await host.faultPoint(REPLICATE, subject, source.record, async (hits) => {
      if (hits.some(({ effect }) => effect === "lose")) return;
      if (hits.some(({ effect }) => effect === "pause")) throw new Error("Replication is paused.");
      await this.#write(version, replica);
    });
  }

  async #write(version: Version, replica: Replica): Promise<void> {
    const target = this.#open.find(replica.destination);
    if (!target) throw new Error(`There is no bucket ${replica.destination} to replicate to.`);
    const { bodies } = this.#open;
    if (target.record.versioning !== "Enabled")
      throw new Error(`The bucket ${replica.destination} has no versions.`);
    if (version.isDeleteMarker) {
      const { isNew, freed } = target.objects.putReplica(version);
      bodies.free(freed);
      if (isNew) replicaCame(this.#open, target, version);
      return;
    }
    using _ = bodies.hold(version.body);
    const body = await bodies.copy(version.body);
    try {
      const there = this.#open.still(target);
      const freed = there.store.transaction(() => {
        this.#mark(replica, "COMPLETED");
        const { isNew, freed } = there.objects.putReplica(replicaOf(version, body, replica, there));
        if (isNew) replicaCame(this.#open, there, version);
        return freed;
      });
      bodies.free(freed);
    } catch (error) {
      bodies.free(body);
      throw error;
    }
  }

  #mark({ bucket, key, versionId }: Replica, replication: "COMPLETED" | "FAILED"): void {
    const objects = this.#open.find(bucket)?.objects;
    const version = objects?.version(key, versionId);
    if (objects && version && version !== "none" && !version.isDeleteMarker)
      objects.replace({ ...version, replication } as ObjectRecord);
  }
}

/** A version as another bucket has it: with its id and its time. https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html */
function replicaOf(
  version: ObjectRecord,
  body: readonly Segment[],
  { storageClass, kmsKeyId, isBucketOwners }: Replica,
  { record }: OpenBucket,
): ObjectRecord {
  // A data key holds for the bucket that it was made for.
  const { dataKey: _, ...encryption } = version.encryption;
  return {
    ...version,
    encryption: {
      ...encryption,
      ...(kmsKeyId !== undefined && encryption.kmsKeyId !== undefined && { kmsKeyId }),
    },
    body,
    replication: "REPLICA",
    ...(storageClass !== undefined && { storageClass }),
    ...(isBucketOwners && { owner: record.account }),
  };
}

/** Of rules with one destination that with the highest priority counts. */
function destinationsOf(
  { Rules: rules = [] }: { Rules?: ReplicationRule[] },
  version: Version,
): ReplicationRule[] {
  const byDestination = new Map<string, ReplicationRule>();
  for (const rule of rules) {
    if (rule.Status !== "Enabled" || !applies(rule, version)) continue;
    const name = rule.Destination?.Bucket ?? "";
    const before = byDestination.get(name);
    if (!before || (rule.Priority ?? 0) > (before.Priority ?? 0)) byDestination.set(name, rule);
  }
  return [...byDestination.values()];
}

function applies(rule: ReplicationRule, version: Version): boolean {
  const { Filter: filter = {}, SourceSelectionCriteria: criteria } = rule;
  // What lies under a key of KMS is copied where a rule says so.
  const isUnderKey = !version.isDeleteMarker && version.encryption.kmsKeyId !== undefined;
  if (isUnderKey && criteria?.SseKmsEncryptedObjects?.Status !== "Enabled") return false;
  if (!version.key.startsWith(prefixOf(rule))) return false;
  const wanted = tagsIn(filter);
  if (version.isDeleteMarker)
    // Rules of the schema's first version, which have no filter, copy them always.
    return wanted.length === 0 && (!rule.Filter || rule.DeleteMarkerReplication?.Status === "Enabled");
  return wanted.every(({ Key = "", Value }) => version.tags?.[Key] === Value);
}

const prefixOf = ({ Prefix: prefix, Filter: filter }: ReplicationRule): string =>
  prefix ?? filter?.Prefix ?? filter?.And?.Prefix ?? "";
