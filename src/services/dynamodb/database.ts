import { parseArn } from "../../core/arn.ts";
import type { Context, ServiceHost } from "../../core/service.ts";
import { foreignTable, wrongTableArn } from "./errors.ts";
import type { Changed } from "./item-write.ts";
import { Region } from "./region.ts";
import { readSettings, type Settings } from "./settings.ts";
import type { Index, Table } from "./table.ts";
import type { TableRecord } from "./table-record.ts";

type Where = { readonly account: string; readonly region: string } & Partial<
  Pick<Context, "caller" | "operation">
>;

const INDEX_LAG_MS = 1000;

/** All regions' tables as this process knows them. What it caches goes when the store's content is replaced. */
export class Database {
  readonly host: ServiceHost;
  readonly settings: Settings;
  readonly #regions = new Map<string, Region>();
  /** The one that was asked for last: most traffic is in one. */
  #last: Region | undefined;
  #revision = -1;
  /** Who follows the changes of items, in the same turn. */
  readonly followers: ((region: Region, change: Changed) => void)[] = [];
  /** Who lets go of what it keeps of a table's items when the table goes. */
  readonly forgetters: ((region: Region, record: TableRecord) => void)[] = [];
  readonly #unsubscribe: () => void;

  constructor(host: ServiceHost) {
    this.host = host;
    this.settings = readSettings(host);
    this.#unsubscribe = host.bus.subscribe("fault.rule", () => this.#lookForStaleReads());
    this.#lookForStaleReads();
  }

  #staleReadsWanted = false;

  #lookForStaleReads(): void {
    this.#staleReadsWanted = this.host.faults.list().some(({ point }) => point === "dynamodb:read");
    for (const region of this.#regions.values()) region.staleReadsWanted = this.#staleReadsWanted;
  }

  region({ account, region }: Where): Region {
    const last = this.#last;
    if (last?.account === account && last.name === region && last.store.revision === this.#revision)
      return last;
    const key = `${account}/${region}`;
    const known = this.#regions.get(key);
    this.#last = known && known.store.revision === this.#revision ? known : this.#open(key, account, region);
    return this.#last;
  }

  #open(key: string, account: string, name: string): Region {
    const region = new Region(this.host, this.settings, account, name);
    region.staleReadsWanted = this.#staleReadsWanted;
    region.indexLagMs = (table, index) => this.#indexLagMs(region, table, index);
    region.changed = (change) => {
      for (const follow of this.followers) follow(region, change);
    };
    region.removed = (record) => {
      for (const forget of this.forgetters) forget(region, record);
    };
    if (region.store.revision !== this.#revision) {
      this.#regions.clear();
      this.#revision = region.store.revision;
    }
    this.#regions.set(key, region);
    return region;
  }

  /** The region and the name that a TableName parameter means: a name, or an ARN of any account and region. */
  locate(nameOrArn: string, ctx: Where): { region: Region; name: string } {
    if (!nameOrArn.startsWith("arn:")) return { region: this.region(ctx), name: nameOrArn };
    const arn = parseArn(nameOrArn);
    const name = arn && /^table\/([a-zA-Z0-9_.-]{3,255})(?:\/|$)/.exec(arn.resource)?.[1];
    if (arn?.service !== "dynamodb" || name === undefined) throw wrongTableArn(nameOrArn);
    const region = this.region(arn);
    // Another account's table is nobody's business that its policy does not name; the gateway weighs what that says.
    if (arn.account !== ctx.account && !region.find(name)?.record.policies?.[nameOrArn])
      throw foreignTable(nameOrArn, ctx);
    return { region, name };
  }

  /** The table that an operation on items names. Throws ResourceNotFoundException. */
  activeTable(nameOrArn: string, ctx: Context): { region: Region; table: Table } {
    const { region, name } = this.locate(nameOrArn, ctx);
    return { region, table: region.activeTable(name) };
  }

  /** The table that an operation on tables names. Throws ResourceNotFoundException. */
  table(nameOrArn: string, ctx: Where): { region: Region; table: Table } {
    const { region, name } = this.locate(nameOrArn, ctx);
    return { region, table: region.table(name) };
  }

  /** How long fault rules let a global index lag behind a write. */
  #indexLagMs(region: Region, table: Table, index: Index): number {
    const resource = [table.record.arn, `${table.record.arn}/index/${index.record.name}`];
    const hits = this.host.hits(
      "dynamodb:index",
      { resource },
      { account: region.account, region: region.name },
    );
    return Math.max(0, ...hits.map(({ params }) => Number(params["ms"] ?? INDEX_LAG_MS)));
  }

  stop(): void {
    this.#unsubscribe();
  }
}
