import { FirstDue } from "../../aws/due.ts";
import { isOver, stateOf, whenOver } from "../../aws/lifecycle.ts";
import type { Key } from "../../core/key.ts";
import type { Handlers } from "../../core/service.ts";
import { type Collection, defineCollection } from "../../core/storage.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { attributeOf, type Item } from "./attribute-value.ts";
import type { Database } from "./database.ts";
import { invalid, invalidParameter } from "./errors.ts";
import { itemOf } from "./item-text.ts";
import { type Changed, ItemWrite } from "./item-write.ts";
import { timeToLiveLifecycle } from "./lifecycles.ts";
import type { Region } from "./region.ts";
import type { Table } from "./table.ts";
import { beginIn } from "./table-creation.ts";
import type { TableRecord } from "./table-record.ts";

/** Items by when their time is over: [table, epoch ms, rest of the item's key]. */
const expiries = defineCollection<0>({ name: "expiries" });
const FIVE_YEARS_MS = 5 * 365 * 24 * 3600 * 1000;
const LONGEST_WAIT_MS = 24 * 3600 * 1000;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html and its neighbour */
export const timeToLive = (database: Database, expirer: Expirer): Handlers<DynamoDB.Operations> => ({
  UpdateTimeToLive(input, ctx) {
    const { region, table } = database.table(input.TableName, ctx);
    const { AttributeName: attribute, Enabled: enabled } = input.TimeToLiveSpecification;
    const known = table.record.ttl;
    // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html: one change at a time.
    if (known?.transition && !isOver(known.transition, ctx.host))
      throw invalid("Time to live has been modified multiple times within a fixed interval");
    if (enabled && known?.enabled) {
      if (known.attribute !== attribute)
        throw invalid(
          `TimeToLive is active on a different AttributeName: current AttributeName is ${known.attribute}`,
        );
      throw invalid("TimeToLive is already enabled");
    }
    if (!enabled && !known?.enabled) throw invalid("TimeToLive is already disabled");
    if (!enabled && known?.attribute !== attribute)
      throw invalidParameter(
        `TimeToLive is active on a different AttributeName: current AttributeName is ${known?.attribute}`,
      );
    const stage = enabled ? "ENABLING" : "DISABLING";
    const transition = beginIn(region, timeToLiveLifecycle, stage, table.record.arn);
    const ttl = { attribute, enabled, changedMs: ctx.clock.now(), transition };
    const changed = region.save({ ...table.record, ttl });
    const rows = region.store.collection(expiries);
    rows.clear({ prefix: [table.record.id] });
    if (enabled) {
      for (const text of region.items.range({ prefix: [table.record.id] }))
        addExpiry(rows, changed, changed.itemKey(itemOf(text)), itemOf(text));
      expirer.arm(region);
    }
    return { TimeToLiveSpecification: input.TimeToLiveSpecification };
  },

  DescribeTimeToLive(input, ctx) {
    const { table } = database.table(input.TableName, ctx);
    const { ttl } = table.record;
    const settled = ttl?.enabled ? "ENABLED" : "DISABLED";
    const status = stateOf(timeToLiveLifecycle, ttl?.transition, settled, ctx.host);
    return {
      TimeToLiveDescription: {
        TimeToLiveStatus: status,
        ...(ttl && status !== "DISABLED" && { AttributeName: ttl.attribute }),
      },
    };
  },
});

/** When an item's time is over, in epoch milliseconds; undefined when it says nothing that counts. */
function expiryOf(table: Table, item: Item | undefined): number | undefined {
  const { ttl } = table.record;
  const number = ttl?.enabled && item ? attributeOf(item, ttl.attribute)?.N : undefined;
  if (number === undefined) return undefined;
  const ms = Math.floor(Number(number)) * 1000;
  return Number.isSafeInteger(ms) && ms > 0 ? ms : undefined;
}

function addExpiry(rows: Collection<0>, table: Table, key: Key, item: Item): void {
  const expiry = expiryOf(table, item);
  if (expiry !== undefined) rows.put([table.record.id, expiry, ...key.slice(1)], 0);
}

export function forgetExpiries(region: Region, { id }: { readonly id: string }): void {
  region.store.collection(expiries).clear({ prefix: [id] });
}

/** Removes items whose time is over: by one timer, set to the next moment that any item runs out. */
export class Expirer {
  readonly #database: Database;
  readonly #due: FirstDue;
  readonly #stopped = new AbortController();
  /** Ids of tables whose time to live is on its way. */
  readonly #enabling = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
    this.#due = new FirstDue(database.host, () => {
      this.removeExpired();
      this.armAll();
    });
  }

  /** Keeps the order of expiries up with a change of an item. */
  follow(region: Region, { write, after }: Changed): void {
    const { table } = write;
    if (!table.record.ttl?.enabled) return;
    const was = expiryOf(table, write.before);
    const is = expiryOf(table, after);
    if (was === is) return;
    const rows = region.store.collection(expiries);
    const rest = write.key.slice(1);
    if (was !== undefined) rows.delete([table.record.id, was, ...rest]);
    if (is === undefined) return;
    rows.put([table.record.id, is, ...rest], 0);
    if (this.#isOn(table.record)) this.#armAt(is);
  }

  /** Looks at what a region has and sets the timer. */
  arm(region: Region): void {
    const rows = region.store.collection(expiries);
    for (const record of region.records()) {
      if (!record.ttl?.enabled) continue;
      if (!this.#isOn(record)) {
        this.#awaitIt(region, record);
        continue;
      }
      const from = [record.id, this.#oldestMs()];
      for (const [, ms] of rows.keys({ prefix: [record.id], from, limit: 1 })) this.#armAt(ms as number);
    }
  }

  /** Nothing is removed while it is ENABLING. */
  #isOn({ ttl }: TableRecord): boolean {
    if (!ttl?.enabled) return false;
    return ttl.transition === undefined || isOver(ttl.transition, this.#database.host);
  }

  #awaitIt(region: Region, { id, ttl }: TableRecord): void {
    if (this.#enabling.has(id)) return;
    this.#enabling.add(id);
    void whenOver(ttl?.transition, this.#database.host, this.#stopped.signal).then(() => {
      this.#enabling.delete(id);
      if (!this.#stopped.signal.aborted) this.arm(region);
    });
  }

  /** AWS leaves alone what ran out more than five years ago: it is taken for a mistake. */
  #oldestMs(): number {
    return this.#database.host.clock.now() - FIVE_YEARS_MS;
  }

  armAll(): void {
    for (const where of this.#database.host.scopes()) this.arm(this.#database.region(where));
  }

  #armAt(ms: number): void {
    if (!this.#database.settings.removesExpired) return;
    const { clock } = this.#database.host;
    this.#due.expect(Math.min(ms, clock.now() + LONGEST_WAIT_MS));
  }

  /** Removes all items whose time is over and says how many. */
  removeExpired(): number {
    let removed = 0;
    for (const where of this.#database.host.scopes()) removed += this.#removeIn(this.#database.region(where));
    return removed;
  }

  #removeIn(region: Region): number {
    const nowMs = region.host.clock.now();
    const rows = region.store.collection(expiries);
    let removed = 0;
    for (const record of [...region.records()]) {
      if (!this.#isOn(record)) continue;
      const table = region.find(record.name);
      // Its deletion may have come to its end this very moment.
      if (!table) continue;
      const from = [record.id, this.#oldestMs()];
      for (const key of rows.keys({
        prefix: [record.id],
        from,
        before: [record.id, nowMs + 1],
      })) {
        const text = region.items.get([record.id, ...key.slice(2)]);
        if (text === undefined) {
          rows.delete(key);
          continue;
        }
        new ItemWrite(region, table, itemOf(text), true, "the service").commit(undefined, 0, {
          byTimeToLive: true,
        });
        removed++;
      }
    }
    return removed;
  }

  stop(): void {
    this.#stopped.abort();
    this.#due.stop();
  }
}
