import type { ServiceHost } from "../../core/service.ts";
import type { ChecksumAlgorithm } from "./checksums/algorithms.ts";
import { ALGORITHMS, DEFAULT_ALGORITHM } from "./checksums/algorithms.ts";
import { noSuchUpload } from "./errors.ts";
import type { Segment } from "./object.ts";
import type { OpenBucket } from "./open-buckets.ts";
import { type PartRecord, partRecords, type UploadRecord, uploadRecords } from "./upload.ts";
import { makeId, sequenceOf } from "./version-id.ts";

/** The uploads of a bucket that are on their way. */
export class BucketUploads {
  readonly #bucket: OpenBucket;

  constructor(bucket: OpenBucket) {
    this.#bucket = bucket;
  }

  begin(upload: Omit<UploadRecord, "id" | "bucketId" | "sequence">, host: ServiceHost): UploadRecord {
    const { id: bucketId } = this.#bucket.record;
    let sequence = upload.initiatedAtMs * 1024;
    // Two of one key in one millisecond keep their order.
    while (this.#uploads.has([bucketId, upload.plan.key, sequence])) sequence++;
    const record = { ...upload, bucketId, sequence, id: makeId(sequence, host.random) };
    this.#put(record);
    return record;
  }

  /** @throws AwsError `NoSuchUpload` */
  get(key: string, id: string): UploadRecord {
    const upload = this.find(key, id);
    if (!upload) throw noSuchUpload(id);
    return upload;
  }

  find(key: string, id: string): UploadRecord | undefined {
    const sequence = sequenceOf(id);
    if (sequence === undefined) return undefined;
    const upload = this.#uploads.get([this.#bucket.record.id, key, sequence]);
    return upload?.id === id ? upload : undefined;
  }

  /** In the order of keys, and of one key in that in which they were begun. */
  walk(bound: { from?: string; after?: string; sequence?: number }): Iterable<UploadRecord> {
    const { id } = this.#bucket.record;
    const { from, after, sequence } = bound;
    return this.#uploads.values({
      prefix: [id],
      ...(from !== undefined && { from: [id, from] }),
      ...(after !== undefined && { after: [id, after, sequence ?? Number.MAX_VALUE] }),
    });
  }

  part(upload: UploadRecord, number: number): PartRecord | undefined {
    return this.#parts.get([upload.id, number]);
  }

  parts(upload: UploadRecord, after = 0): Iterable<PartRecord> {
    return this.#parts.values({ prefix: [upload.id], after: [upload.id, after] });
  }

  /** @returns bodies that are nobody's any more */
  putPart(upload: UploadRecord, part: PartRecord): readonly Segment[] {
    const before = this.part(upload, part.number);
    this.#parts.put([upload.id, part.number], part);
    return before?.body ?? [];
  }

  /** Ends an upload. @returns bodies of its parts but those that are kept */
  end(upload: UploadRecord, kept: ReadonlySet<number> = new Set()): readonly Segment[] {
    const freed = [...this.parts(upload)]
      .filter(({ number }) => !kept.has(number))
      .flatMap(({ body }) => body);
    this.#parts.clear({ prefix: [upload.id] });
    this.#uploads.delete([upload.bucketId, upload.plan.key, upload.sequence]);
    return freed;
  }

  get #uploads() {
    return this.#bucket.store.collection(uploadRecords);
  }
  get #parts() {
    return this.#bucket.store.collection(partRecords);
  }
  #put(record: UploadRecord): void {
    this.#uploads.put([record.bucketId, record.plan.key, record.sequence], record);
  }
}

/** What checksums of an upload's parts are in. */
export const algorithmOfUpload = ({ checksum }: UploadRecord): ChecksumAlgorithm =>
  checksum ? ALGORITHMS[checksum.algorithm] : DEFAULT_ALGORITHM;
