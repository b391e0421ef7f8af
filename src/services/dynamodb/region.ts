import { isOver } from "../../aws/lifecycle.ts";
import type { ServiceHost } from "../../core/service.ts";
import { type Collection, defineCollection, type Store } from "../../core/storage.ts";
import { items, tableRecords } from "./declaration.ts";
import { tableNamedNotFound, tableNotFound } from "./errors.ts";
import type { Changed } from "./item-write.ts";
import { Rows, type View } from "./rows.ts";
import type { Settings } from "./settings.ts";
import { type Index, Table } from "./table.ts";
import type { Settling, TableRecord } from "./table-record.ts";

const indexRows = defineCollection<string>({ name: "index-rows", codec: "text" });

/** How many rows, and how many bytes they have by AWS's rules. */
export interface Tally {
  rows: number;
  bytes: number;
  /** The last item that was put found another in its place: the next one rather looks first. */
  replaces?: boolean;
}

/** All tables of an account in a region: their records, and the rows of their items and indexes. */
export class Region {
  readonly account: string;
  readonly name: string;
  readonly store: Store;
  readonly host: ServiceHost;
  readonly settings: Settings;
  readonly items: Rows;
  readonly indexRows: Rows;
  /** Keys of items (as encoded text) that an unfinished transaction holds. */
  readonly locks = new Map<string, object>();
  readonly #records: Collection<TableRecord>;
  readonly #tables = new Map<string, Table>();
  /** By the id of a table or index; absent while nobody has asked. */
  readonly #tallies = new Map<string, Tally>();
  /** Who follows the changes of items, in the same turn: streams, time to live, recovery, replicas. */
  changed?: (change: Changed) => void;
  /** Who keeps something of a table's items elsewhere lets go of it when the table goes. */
  removed?: (record: TableRecord) => void;
  /** How long a global index lags behind a write, by the fault rules. */
  indexLagMs?: (table: Table, index: Index) => number;
  #lagDraws = 0;
  /** True while a rule may ask for stale reads: writes then remember what was there. */
  staleReadsWanted = false;

  constructor(host: ServiceHost, settings: Settings, account: string, name: string) {
    this.host = host;
    this.settings = settings;
    this.account = account;
    this.name = name;
    this.store = host.store(account, name);
    this.#records = this.store.collection(tableRecords);
    this.items = new Rows(this.store.collection(items));
    this.indexRows = new Rows(this.store.collection(indexRows));
  }

  /** A table by name, also one that is being created or deleted; undefined when there is none. */
  find(name: string): Table | undefined {
    let table = this.#tables.get(name);
    if (!table) {
      const record = this.#records.get([name]);
      if (!record) return undefined;
      table = new Table(record);
      this.#tables.set(name, table);
    }
    return table.isSettling ? this.#settle(table) : table;
  }

  /** For operations on tables. Throws ResourceNotFoundException with the table's name. */
  table(name: string): Table {
    const table = this.find(name);
    if (!table) throw tableNamedNotFound(name);
    return table;
  }

  /** For operations on items. Throws ResourceNotFoundException also while the table is being made or deleted. */
  activeTable(name: string): Table {
    const table = this.find(name);
    if (
      !table ||
      table.record.settling?.status === "CREATING" ||
      table.record.settling?.status === "DELETING"
    )
      throw tableNotFound();
    return table;
  }

  /** Records of all tables, by name. */
  *records(after?: string): Iterable<TableRecord> {
    for (const [name] of this.#records.keys(after === undefined ? undefined : { after: [after] })) {
      const table = this.find(name as string);
      if (table) yield table.record;
    }
  }

  save(record: TableRecord): Table {
    this.#records.put([record.name], record);
    const table = new Table(record);
    this.#tables.set(record.name, table);
    return table;
  }

  /** Takes a table away with all its rows. */
  remove(record: TableRecord): void {
    this.#records.delete([record.name]);
    this.#tables.delete(record.name);
    this.items.clear([record.id]);
    this.#tallies.delete(record.id);
    for (const index of [...record.locals, ...record.globals]) this.removeIndex(index.id);
    this.removed?.(record);
  }

  removeIndex(id: string): void {
    this.indexRows.clear([id]);
    this.#tallies.delete(id);
  }

  /** What was under way until a moment that has passed is done. */
  #settle(table: Table): Table | undefined {
    const { record } = table;
    const isDone = (settling: Settling | undefined) => isOver(settling, this.host);
    if (isDone(record.settling) && record.settling?.status === "DELETING") {
      this.remove(record);
      return undefined;
    }
    const overs = record.globals.filter((index) => isDone(index.settling));
    const gone = (record.replicas ?? []).filter(
      ({ settling }) => settling?.status === "DELETING" && isDone(settling),
    );
    if (!isDone(record.settling) && overs.length === 0 && gone.length === 0) return table;
    if (gone.length > 0) record.replicas = record.replicas?.filter((replica) => !gone.includes(replica));
    if (record.replicas?.length === 0) delete record.replicas;
    if (isDone(record.settling)) delete record.settling;
    for (const index of overs) {
      if (index.settling?.status === "DELETING") {
        this.removeIndex(index.id);
        record.globals = record.globals.filter((other) => other !== index);
      } else delete index.settling;
    }
    return this.save(record);
  }

  /** How much a table or an index holds; counted once, then kept up by the writes. */
  tally(rows: Rows, id: string): Tally {
    let tally = this.#tallies.get(id);
    if (!tally) {
      tally = { rows: 0, bytes: 0 };
      for (const text of rows.range({ prefix: [id] })) {
        tally.rows++;
        tally.bytes += Number.parseInt(text, 10);
      }
      this.#tallies.set(id, tally);
    }
    return tally;
  }

  startTally(id: string): void {
    this.#tallies.set(id, { rows: 0, bytes: 0 });
  }

  knownTally(id: string): Tally | undefined {
    return this.#tallies.get(id);
  }

  /** How an eventually consistent read looks at the rows. */
  view(staleMs?: number): View {
    const nowMs = this.host.clock.now();
    return staleMs === undefined ? { nowMs } : { nowMs, staleMs };
  }

  /** From when on everybody sees a write that is made now; undefined when nobody needs to know. */
  visibleMs(nowMs: number): number | undefined {
    const { lagMs } = this.settings;
    if (lagMs !== undefined)
      return nowMs + Math.ceil(this.host.random.draw("dynamodb:lag", this.#lagDraws++) * lagMs);
    return this.staleReadsWanted ? nowMs : undefined;
  }
}
