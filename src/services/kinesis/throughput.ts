import type { Clock } from "../../core/clock.ts";

const RECORDS_A_SECOND = 1000;
const BYTES_A_SECOND = 1024 * 1024;

interface Second {
  second: number;
  records: number;
  bytes: number;
}

/** What each shard has taken in this second: a shard takes 1,000 records and 1 MiB of them. */
export class Throughput {
  readonly #clock: Clock;
  readonly #seconds = new Map<string, Second>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a record; false when the shard cannot take it. */
  take(shard: string, bytes: number): boolean {
    const second = Math.floor(this.#clock.now() / 1000);
    let taken = this.#seconds.get(shard);
    if (taken?.second !== second) {
      taken = { second, records: 0, bytes: 0 };
      this.#seconds.set(shard, taken);
    }
    // One record is always taken, however long: the limit of its length is the stream's.
    const isFull = taken.records >= RECORDS_A_SECOND || taken.bytes + bytes > BYTES_A_SECOND;
    if (isFull && taken.records > 0) return false;
    taken.records++;
    taken.bytes += bytes;
    return true;
  }
}
