import type { Stored } from "../table.ts";
import { Appending, type Write } from "./appending.ts";
import { FILE_HEADER } from "./file-header.ts";
import { Batch } from "./records.ts";

/** A batch of a snapshot has some more bytes than this. */
const BATCH_BYTES = 256 * 1024;

/** Writes a snapshot: rows table by table, each in the order of its keys. */
export class SnapshotWriting {
  readonly #file: Appending;
  readonly #batch = new Batch();
  #table = -1;

  constructor(file: string, write?: Write) {
    this.#file = new Appending(file, 0, false, write);
    this.#file.append(FILE_HEADER);
  }

  /** The rows that follow are this table's. */
  table(name: string): void {
    this.#batch.name(++this.#table, name);
  }

  put(key: string, value: Stored): void {
    this.#batch.put(this.#table, key, value);
    this.#flushFull();
  }

  /** @param record a `put`, as it stands in a batch */
  copy(record: Uint8Array): void {
    this.#batch.copy(this.#table, record);
    this.#flushFull();
  }

  /** All rows have been said. The file outlives the machine, and is closed. @returns how large it is */
  end(): number {
    this.#batch.end();
    this.#flush();
    this.#file.keep();
    this.#file.close();
    return this.#file.size;
  }

  /** What has been said so far outlives the machine: `end` has little left to do. */
  kept(): Promise<void> {
    if (!this.#batch.isEmpty) this.#flush();
    return this.#file.kept();
  }

  /** It is not wanted any more, if it has not ended. */
  close(): void {
    this.#file.close();
  }

  #flushFull(): void {
    if (this.#batch.mark >= BATCH_BYTES) this.#flush();
  }

  #flush(): void {
    this.#file.append(this.#batch.sealed());
    this.#batch.clearAll();
  }
}
