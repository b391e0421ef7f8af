import { FirstDue } from "../../aws/due.ts";
import type { CallRecord } from "../../core/bus.ts";
import type { Context, ServiceHost } from "../../core/service.ts";
import { type AccessLine, linesOf, type Noted } from "./access-line.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";

/** How long lines are gathered: AWS says "within a few hours". */
const GATHERED_MS = 5 * 60_000;
/** A bucket that has more to tell is told of at once. */
const MOST_LINES = 10_000;

const ORIGIN = "access-log";

interface LoggingEnabled {
  readonly TargetBucket: string;
  readonly TargetPrefix: string;
  readonly TargetObjectKeyFormat?: {
    readonly PartitionedPrefix?: { readonly PartitionDateSource?: "EventTime" | "DeliveryTime" };
  };
}

/**
 * Server access logs: what is asked of a bucket is written down, and put into another. As on AWS this is best effort: lines that
 * are not delivered yet end with the process. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
 */
export class AccessLogs {
  readonly #open: OpenBuckets;
  readonly #host: ServiceHost;
  readonly #due: FirstDue;
  /** By bucket. */
  readonly #lines = new Map<string, AccessLine[]>();
  /** What is known of calls under way that their records do not say, by id. */
  readonly #noted = new Map<string, Noted>();
  #unsubscribe: (() => void) | undefined;
  #generation = 0;

  constructor(open: OpenBuckets, host: ServiceHost) {
    this.#open = open;
    this.#host = host;
    this.#due = new FirstDue(host, () => void this.#deliverAll());
  }

  /** Nobody whose buckets have no logs pays for them. */
  get isOn(): boolean {
    return this.#unsubscribe !== undefined;
  }

  start(): void {
    for (const bucket of this.#open.all())
      if (loggingOf(bucket)) {
        this.listen();
        return;
      }
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#due.stop();
  }

  /** A bucket has logs from now on. */
  listen(): void {
    this.#unsubscribe ??= this.#host.bus.subscribe("call", (record) => {
      if (record.service === "s3") this.#write(record);
    });
  }

  /** Notes of a call what its record does not say, and passes its answer on. */
  around(input: Readonly<Record<string, unknown>>, ctx: Context, next: () => unknown): unknown {
    const noted: Noted = { input, request: ctx.request };
    this.#noted.set(ctx.id, noted);
    const note = (output: unknown) => {
      this.#noted.set(ctx.id, { ...noted, output: output as Noted["output"] });
      return output;
    };
    const answer = next();
    return answer instanceof Promise ? answer.then(note) : note(answer);
  }

  #write(record: CallRecord): void {
    const noted = this.#noted.get(record.id);
    this.#noted.delete(record.id);
    const { Bucket } = record.input;
    const bucket = typeof Bucket === "string" ? this.#bucketNamed(Bucket, record) : undefined;
    // What S3 itself writes is not told of: a bucket that keeps its own log would never come to rest.
    if (!bucket || !loggingOf(bucket) || record.origin === ORIGIN) return;
    // One that went well and of which nothing is noted began before there was a log.
    if (!noted && record.errorCode === undefined) return;
    this.#forgetWhatIsVoid();
    const lines = this.#lines.get(bucket.name) ?? [];
    this.#lines.set(bucket.name, lines);
    lines.push(...linesOf(bucket.record, record, noted));
    if (lines.length >= MOST_LINES) void this.#deliverAll();
    else this.#due.expect(this.#host.clock.now() + GATHERED_MS);
  }

  #bucketNamed(text: string, call: CallRecord): OpenBucket | undefined {
    try {
      return this.#open.find(this.#open.meant(text, call).name);
    } catch {
      // An access point that is not there is no bucket's.
      return undefined;
    }
  }

  #forgetWhatIsVoid(): void {
    const { generation } = this.#host.store("", "");
    if (generation !== this.#generation) this.#lines.clear();
    this.#generation = generation;
  }

  async #deliverAll(): Promise<void> {
    const all = [...this.#lines];
    this.#lines.clear();
    for (const [name, lines] of all) await this.#deliver(name, lines);
  }

  async #deliver(name: string, lines: readonly AccessLine[]): Promise<void> {
    const bucket = this.#open.find(name);
    const logging = bucket && loggingOf(bucket);
    if (!logging) return;
    const { account, region } = bucket.record;
    using _work = this.#host.atWork();
    const Body = Buffer.from(lines.map(({ text }) => `${text}\n`).join(""));
    const Key = this.#keyOf(bucket, logging, lines);
    const input = { Bucket: logging.TargetBucket, Key, Body, ContentType: "text/plain" };
    try {
      await this.#host.call("s3", "PutObject", input, { account, region, origin: ORIGIN });
    } catch (error) {
      this.#host.log.warn(`s3: the access log of ${name} was not delivered: ${(error as Error).message}`);
    }
  }

  #keyOf({ record }: OpenBucket, logging: LoggingEnabled, lines: readonly AccessLine[]): string {
    const { TargetPrefix, TargetObjectKeyFormat: format = {} } = logging;
    const { random, clock } = this.#host;
    const unique = random.uuid().replaceAll("-", "").slice(0, 16).toUpperCase();
    const source = format.PartitionedPrefix?.PartitionDateSource;
    const atMs = source === "EventTime" ? (lines[0]?.atMs ?? clock.now()) : clock.now();
    const [day = "", time = ""] = new Date(atMs).toISOString().split(/[T.]/);
    const seconds = source === "EventTime" ? "00-00-00" : time.replaceAll(":", "-");
    const partition = `${record.account}/${record.region}/${record.name}/${day.replaceAll("-", "/")}/`;
    return `${TargetPrefix}${format.PartitionedPrefix ? partition : ""}${day}-${seconds}-${unique}`;
  }
}

const loggingOf = ({ record }: OpenBucket) =>
  (record.settings["logging"] as { readonly LoggingEnabled?: LoggingEnabled } | undefined)?.LoggingEnabled;
