import type { ServiceHost } from "../../core/service.ts";
import { slowDown } from "./errors.ts";

/** Requests of one prefix in one second. */
interface Second {
  readonly atMs: number;
  writes: number;
  reads: number;
}

const READ = /^(?:Get|Head|List)/;
const MOST_PREFIXES = 10_000;

/**
 * A prefix of a bucket takes so many requests a second: https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html.
 * AWS partitions buckets by their load; here a prefix is what a key has before its last slash.
 */
export class PrefixRates {
  readonly #host: ServiceHost;
  readonly #writes: number;
  readonly #reads: number;
  readonly #seconds = new Map<string, Second>();

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#writes = host.setting<number>("writes-per-prefix");
    this.#reads = host.setting<number>("reads-per-prefix");
  }

  get isLimited(): boolean {
    return this.#writes > 0 || this.#reads > 0;
  }

  /** @throws AwsError `SlowDown` */
  take(operation: string, bucket: string, prefix: string): void {
    const isRead = READ.test(operation);
    const most = isRead ? this.#reads : this.#writes;
    if (most <= 0) return;
    const second = this.#secondOf(`${bucket}/${prefix.slice(0, prefix.lastIndexOf("/") + 1)}`);
    const taken = isRead ? ++second.reads : ++second.writes;
    if (taken > most) throw slowDown();
  }

  #secondOf(prefix: string): Second {
    const atMs = Math.floor(this.#host.clock.now() / 1000);
    const known = this.#seconds.get(prefix);
    if (known?.atMs === atMs) return known;
    if (this.#seconds.size >= MOST_PREFIXES) this.#seconds.clear();
    const fresh = { atMs, writes: 0, reads: 0 };
    this.#seconds.set(prefix, fresh);
    return fresh;
  }
}
