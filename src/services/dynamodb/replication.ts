import { untilKept } from "../../aws/due.ts";
import { makeArn } from "../../core/arn.ts";
import type { Timer } from "../../core/clock.ts";
import { type Collection, defineCollection } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import type { Item } from "./attribute-value.ts";
import type { Database } from "./database.ts";
import { itemOf, itemText, textSize } from "./item-text.ts";
import { type Changed, ItemWrite } from "./item-write.ts";
import type { Region } from "./region.ts";
import type { TableRecord } from "./table-record.ts";

/** A write on its way to another region. Items are kept texts. */
interface Waiting {
  readonly keys: string;
  /** Absent for a deletion. */
  readonly after?: string;
  readonly atMs: number;
}

/** By table, target region and order. */
const waiting = defineCollection<Waiting>({ name: "replication" });
/** When and where an item was last written, by the item's key: the last writer wins. */
const versions = defineCollection<{ atMs: number; region: string }>({ name: "versions" });

const RETRY_MS = 1000;

export function forgetReplication(region: Region, { id, name }: TableRecord): void {
  region.store.collection(waiting).clear({ prefix: [name] });
  region.store.collection(versions).clear({ prefix: [id] });
}

/** Brings the writes of a global table to its other replicas: at once, unless a fault rule holds them back. */
export class Replication {
  readonly #database: Database;
  readonly #unsubscribe: () => void;
  #timer: Timer | undefined;
  #order = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#unsubscribe = database.host.bus.subscribe("fault.rule", ({ change }) => {
      if (change !== "added") queueMicrotask(() => this.#catchUp());
    });
  }

  /** Follows a change of an item. */
  follow(region: Region, { write, after, nowMs, options }: Changed): void {
    const { table } = write;
    const { replicas } = table.record;
    if (!replicas) return;
    const { replicatedFrom } = options;
    region.store.collection(versions).put(write.key, replicatedFrom ?? { atMs: nowMs, region: region.name });
    if (replicatedFrom) return;
    const keys = itemText(table.keys.pick(sure(after ?? write.before)));
    const change: Waiting = { keys, ...(after && { after: itemText(after) }), atMs: nowMs };
    const queue = region.store.collection(waiting);
    for (const { region: target, settling } of replicas) {
      if (settling?.failure !== undefined) continue;
      const waits = queue.count({ prefix: [table.name, target], limit: 1 }) > 0;
      if (!waits && !this.#isPaused(region, table.name, target)) {
        this.#apply(region, table.name, target, change);
      } else {
        queue.put([table.name, target, nowMs, this.#order++], change);
        this.#retryLater();
      }
    }
  }

  /** A rule may name the replica that is written to, or the one that the write is for. */
  #isPaused({ account, name }: Region, tableName: string, target: string): boolean {
    const resource = [name, target].map((region) =>
      makeArn("dynamodb", region, account, `table/${tableName}`),
    );
    return this.#database.host
      .hits("dynamodb:replication", { resource }, { account, region: name })
      .some(({ effect }) => effect === "pause");
  }

  #apply(from: Region, tableName: string, targetName: string, { keys, after, atMs }: Waiting): void {
    const target = this.#database.region({ account: from.account, region: targetName });
    const table = target.find(tableName);
    if (!table) return;
    const key: Item = itemOf(keys);
    const write = new ItemWrite(target, table, key, true, "the service");
    const last = target.store.collection(versions).get(write.key);
    if (last && (last.atMs > atMs || (last.atMs === atMs && last.region > from.name))) return;
    const options = { replicatedFrom: { region: from.name, atMs } };
    if (after === undefined) write.commit(undefined, 0, options);
    else write.commit(itemOf(after), textSize(after), options);
  }

  #retryLater(): void {
    this.#timer ??= this.#database.host.clock.setTimer(RETRY_MS, () => {
      this.#timer = undefined;
      untilKept(this.#database.host, () => this.#catchUp());
    });
  }

  /** Brings over what waits, table by table, where nothing holds it back any longer. */
  #catchUp(): void {
    for (const where of this.#database.host.scopes()) {
      const region = this.#database.region(where);
      const queue = region.store.collection(waiting);
      for (const record of [...region.records()]) {
        if (!record.replicas) continue;
        for (const { region: target } of record.replicas)
          this.#catchUpTable(region, queue, record.name, target);
      }
    }
  }

  #catchUpTable(region: Region, queue: Collection<Waiting>, name: string, target: string): void {
    const range = { prefix: [name, target] };
    if (queue.count(range) === 0) return;
    if (this.#isPaused(region, name, target)) {
      this.#retryLater();
      return;
    }
    for (const { key, value } of [...queue.entries(range)]) {
      this.#apply(region, name, target, value);
      queue.delete(key);
    }
  }

  /** Writes that an earlier process left waiting. */
  start(): void {
    this.#catchUp();
  }

  stop(): void {
    this.#unsubscribe();
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
