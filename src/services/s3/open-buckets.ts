import type { PagePolicy, ServiceHost } from "../../core/service.ts";
import type { Collection, Store } from "../../core/storage.ts";
import { AccessLogs } from "./access-logs.ts";
import {
  type AccessPointRecord,
  accessPointAtHost,
  accessPointNames,
  accessPointRecords,
  isAccessPoint,
  mayBeAccessPoint,
} from "./access-point.ts";
import { Bodies } from "./bodies.ts";
import { type BucketRecord, bucketArn, bucketRecords } from "./bucket.ts";
import { bucketPages } from "./cors.ts";
import {
  accessDenied,
  invalidBucketOwner,
  noSuchAccessPoint,
  noSuchBucket,
  notImplemented,
  permanentRedirect,
} from "./errors.ts";
import { Notifications } from "./notifications.ts";
import { BucketObjects } from "./objects.ts";
import { Replication } from "./replication.ts";

/** What of a call decides about the bucket that it gets. */
interface BucketCall {
  readonly account: string;
  readonly region: string;
}

interface BucketInput {
  readonly Bucket?: string;
  readonly ExpectedBucketOwner?: string;
}

/** A bucket with what is in it. */
export class OpenBucket {
  /** As it was when the records had that revision: what is written may not stay. */
  #record: BucketRecord;
  #revision: number;
  readonly #records: Collection<BucketRecord>;
  readonly store: Store;
  readonly objects: BucketObjects;

  constructor(record: BucketRecord, store: Store, host: ServiceHost) {
    this.#record = record;
    this.#records = store.collection(bucketRecords);
    this.#revision = this.#records.revision;
    this.store = store;
    this.objects = new BucketObjects(record.id, store, host.clock, host.random);
  }

  /** As it is kept; as it was last, of one that has gone meanwhile. */
  get record(): BucketRecord {
    const { revision } = this.#records;
    if (revision !== this.#revision) {
      this.#revision = revision;
      const kept = this.#records.get([this.#record.name]);
      if (kept?.id === this.#record.id) this.#record = kept;
    }
    return this.#record;
  }
  get name(): string {
    return this.#record.name;
  }
  get arn(): string {
    return bucketArn(this.#record);
  }

  update(record: BucketRecord): void {
    this.#records.put([record.name], record);
  }

  /** Sets or removes one of its settings. */
  set(name: string, value: unknown): void {
    const { [name]: _, ...others } = this.record.settings;
    this.update({ ...this.record, settings: value === undefined ? others : { ...others, [name]: value } });
  }
}

/** By the cloud's bus. */
const byCloud = new WeakMap<object, OpenBuckets>();

/**
 * The buckets as S3 has them open, for its other faces.
 * @throws AwsError `NotImplemented` in a cloud without S3
 */
export async function bucketsOf(host: ServiceHost): Promise<OpenBuckets> {
  await host.load("s3");
  const open = byCloud.get(host.bus);
  if (!open) throw notImplemented("S3 is not served here, and so there are no buckets.");
  return open;
}

/** All buckets of a cloud: their names are one namespace, whoever owns them. */
export class OpenBuckets {
  readonly host: ServiceHost;
  readonly bodies: Bodies;
  readonly notifications: Notifications;
  readonly replication: Replication;
  readonly accessLogs: AccessLogs;
  /** What its buckets' CORS rules say to pages. */
  readonly pages: PagePolicy;
  readonly #byName = new Map<string, OpenBucket>();
  #revision: number;

  constructor(host: ServiceHost) {
    this.host = host;
    this.bodies = new Bodies(host.blobs, host.random);
    this.notifications = new Notifications(host);
    this.replication = new Replication(this, host);
    this.accessLogs = new AccessLogs(this, host);
    this.pages = bucketPages(this);
    this.#revision = this.#currentRevision();
    byCloud.set(host.bus, this);
  }

  /**
   * The bucket that an input names.
   * @throws AwsError `NoSuchBucket`, `AccessDenied` for another owner than expected, `PermanentRedirect` under --strict
   */
  of(input: BucketInput, call: BucketCall): OpenBucket {
    const { name } = this.meant(input.Bucket ?? "", call);
    const { ExpectedBucketOwner: owner } = input;
    if (owner !== undefined && !/^\d{12}$/.test(owner)) throw invalidBucketOwner(owner);
    const bucket = this.find(name);
    if (!bucket) throw noSuchBucket(name);
    if (owner !== undefined && owner !== bucket.record.account) throw accessDenied();
    const { region } = bucket.record;
    if (this.host.strict && region !== call.region)
      throw permanentRedirect(name, `${name}.s3.${region}.amazonaws.com`, region);
    return bucket;
  }

  /**
   * The bucket for which something was waited: it may have been changed meanwhile, or deleted.
   * @throws AwsError `NoSuchBucket`, also when there is another one of its name now
   */
  still({ name, record }: OpenBucket): OpenBucket {
    const bucket = this.find(name);
    if (bucket?.record.id !== record.id) throw noSuchBucket(name);
    return bucket;
  }

  /**
   * The bucket's name, of what stands for it (its ARN, or an access point's ARN, alias or host), and the access point.
   * @throws AwsError `NoSuchAccessPoint`
   */
  meant(text: string, call: BucketCall): { name: string; point?: AccessPointRecord } {
    if (!mayBeAccessPoint(text)) return { name: nameOf(text) };
    if (!isAccessPoint(text) && this.find(text)) return { name: text };
    const point = this.accessPoint(text, call);
    if (point) return { name: point.bucket, point };
    if (text.startsWith("arn:")) throw noSuchAccessPoint(nameOf(text).replace(/^accesspoint\//, ""));
    return { name: text };
  }

  /** The access point that a text names: an ARN, an alias, or name and account as hosts have them. */
  accessPoint(text: string, { account, region }: BucketCall): AccessPointRecord | undefined {
    const points = (owner: string) => this.host.store(owner, "global").collection(accessPointRecords);
    const atHost = text.startsWith("arn:") ? undefined : accessPointAtHost(text);
    if (atHost) return points(atHost.account).get([region, atHost.name]);
    const arn = text.startsWith("arn:") ? accessPointNames(text, { account, region }) : undefined;
    if (arn) return points(arn.account).get([arn.region, arn.Name]);
    for (const scope of this.host.scopes())
      for (const point of points(scope.account).values()) if (point.alias === text) return point;
    return undefined;
  }

  find(name: string): OpenBucket | undefined {
    this.#check();
    const open = this.#byName.get(name);
    if (open) return open;
    for (const { account } of this.host.scopes()) {
      const store = this.host.store(account, "global");
      const record = store.collection(bucketRecords).get([name]);
      if (record) return this.#open(record, store);
    }
    return undefined;
  }

  /** Every bucket of every account. */
  *all(): Iterable<OpenBucket> {
    for (const { account } of this.host.scopes())
      for (const { name } of this.records(account)) {
        const bucket = this.find(name);
        if (bucket) yield bucket;
      }
  }

  /** The buckets of an account, by name. */
  records(account: string): Iterable<BucketRecord> {
    return this.host.store(account, "global").collection(bucketRecords).values();
  }

  create(record: BucketRecord): OpenBucket {
    const store = this.host.store(record.account, "global");
    store.collection(bucketRecords).put([record.name], record);
    return this.#open(record, store);
  }

  delete(bucket: OpenBucket): void {
    bucket.store.collection(bucketRecords).delete([bucket.name]);
    this.#byName.delete(bucket.name);
  }

  #open(record: BucketRecord, store: Store): OpenBucket {
    const bucket = new OpenBucket(record, store, this.host);
    this.#byName.set(record.name, bucket);
    return bucket;
  }

  /** What was read from a store that has been replaced is void, and what was written and did not stay. */
  #check(): void {
    const revision = this.#currentRevision();
    if (revision === this.#revision) return;
    this.#revision = revision;
    this.#byName.clear();
  }

  #currentRevision(): number {
    return this.host.store("", "").revision;
  }
}

/** Buckets are named by ARN, too. */
function nameOf(text: string): string {
  return text.startsWith("arn:") ? text.slice(text.lastIndexOf(":") + 1) : text;
}
