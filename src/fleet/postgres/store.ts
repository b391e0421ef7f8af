import { createHash } from "node:crypto";
import type { Client, Pool, QueryResultRow } from "pg";
import { optionalPackages } from "../../core/optional-packages.ts";
import { sure } from "../../core/sure.ts";
import { packed, unpacked } from "../packed.ts";
import {
  type AgedReport,
  type Counts,
  type FleetExperiment,
  type FleetStore,
  type GatewayReport,
  type JournalEntry,
  type LeaseAnswer,
  type LeaseRequest,
  LOST_MS,
  SHORT_MS,
  type Snapshot,
} from "../port.ts";
import { type PostgresAddress, postgresAddress } from "./address.ts";
import { migrate } from "./schema.ts";

type Pg = { readonly default: typeof import("pg") };

/** What is asked at once: reports and versions of one gateway are few. */
const MOST_CONNECTIONS = 2;
/** A store that does not answer within this time is taken as gone. */
const PATIENCE_MS = 5000;
/** How long after a lost connection the first and the later attempts to listen again come. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;
/** How many snapshots are kept, for people: gateways only ever read the newest. */
const KEPT_SNAPSHOTS = 20;

/**
 * A fleet's store in PostgreSQL, whichever: each method is one statement, so that any pooler may stand between. `NOTIFY`
 * carries the version alone; one connection of its own listens.
 */
export class PostgresStore implements FleetStore {
  readonly #pg: Pg["default"];
  readonly #pool: Pool;
  readonly #address: PostgresAddress;
  readonly #watches = new Set<Watch>();

  private constructor(pg: Pg["default"], pool: Pool, address: PostgresAddress) {
    this.#pg = pg;
    this.#pool = pool;
    this.#address = address;
  }

  /**
   * Connects, and brings the schema up to date if this role may.
   * @param url `postgres://squall@db.example/squall?fleet=checkout`
   * @throws Error that says what is missing, or why it cannot be used
   */
  static async open(url: string): Promise<PostgresStore> {
    const address = postgresAddress(url);
    const [module] = (await optionalPackages("A fleet in PostgreSQL needs its client", ["pg"])) as [Pg];
    const pg = module.default;
    const pool = new pg.Pool({
      connectionString: address.connection,
      max: MOST_CONNECTIONS,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      keepAlive: true,
      allowExitOnIdle: true,
      application_name: "squall",
    });
    // A connection that breaks while nobody uses it: the next statement makes another, or says that there is none.
    pool.on("error", () => {});
    try {
      await migrate(pool, address.schema);
    } catch (error) {
      await pool.end();
      throw error;
    }
    return new PostgresStore(pg, pool, address);
  }

  async snapshot(than: number): Promise<Snapshot | undefined> {
    const [row] = await this.#ask<{ body: Buffer }>(
      `SELECT body FROM {schema}.snapshots WHERE fleet = $1 AND version > $2 ORDER BY version DESC LIMIT 1`,
      [than],
    );
    return row && (await unpacked<Snapshot>(row.body));
  }

  async publish(snapshot: Snapshot, entries: readonly JournalEntry[]): Promise<boolean> {
    const rows = await this.#ask(
      `WITH made AS (
         INSERT INTO {schema}.snapshots (fleet, version, body)
         SELECT $1, $2::bigint, $3::bytea
         WHERE (SELECT coalesce(max(version), 0) FROM {schema}.snapshots WHERE fleet = $1) = $2::bigint - 1
         ON CONFLICT DO NOTHING RETURNING version
       ), noted AS (
         INSERT INTO {schema}.journal (fleet, at, who, gateway, what)
         SELECT $1, to_timestamp((entry->>'atMs')::float8 / 1000), entry->>'who', entry->>'gateway', entry->>'what'
         FROM made, jsonb_array_elements($4::jsonb) WITH ORDINALITY AS given(entry, place) ORDER BY place
       ), old AS (
         DELETE FROM {schema}.snapshots
         WHERE fleet = $1 AND version <= $2::bigint - ${KEPT_SNAPSHOTS} AND EXISTS (SELECT FROM made)
       )
       SELECT pg_notify($5, version::text) FROM made`,
      [snapshot.version, await packed(snapshot), JSON.stringify(entries), this.#channel],
    );
    return rows.length === 1;
  }

  async watch(hear: (version: number) => void): Promise<() => void> {
    if (!this.#address.listens) return () => {};
    const watch = new Watch(
      () =>
        new this.#pg.Client({
          connectionString: this.#address.connection,
          keepAlive: true,
          connectionTimeoutMillis: PATIENCE_MS,
          application_name: "squall",
        }),
      this.#channel,
      hear,
      () => this.#newest(),
    );
    this.#watches.add(watch);
    await watch.listen();
    return () => {
      this.#watches.delete(watch);
      void watch.end();
    };
  }

  async report({ counts, ...report }: GatewayReport): Promise<void> {
    await this.#ask(
      `INSERT INTO {schema}.reports (fleet, gateway, seen_at, report, counts) VALUES ($1, $2, now(), $3, $4)
       ON CONFLICT (fleet, gateway) DO UPDATE SET seen_at = now(), report = excluded.report, counts = excluded.counts`,
      [report.gateway, JSON.stringify(report), JSON.stringify(counts)],
    );
  }

  async gateways(of?: readonly string[]): Promise<readonly AgedReport[]> {
    const rows = await this.#ask<{ report: Omit<AgedReport, "ageMs">; age: number }>(
      `SELECT report, extract(epoch FROM now() - seen_at)::float8 * 1000 AS age
       FROM {schema}.reports WHERE fleet = $1 AND ($2::text[] IS NULL OR gateway = ANY($2))`,
      [of ?? null],
    );
    return rows.map(({ report, age }) => ({ ...report, ageMs: Math.max(0, Math.round(age)) }));
  }

  async counts(): Promise<Counts> {
    const rows = await this.#ask<{ rule: string; matched: string; fired: string }>(
      `SELECT key AS rule, sum((value->>0)::bigint) AS matched, sum((value->>1)::bigint) AS fired
       FROM {schema}.reports, jsonb_each(counts) WHERE fleet = $1 GROUP BY key`,
      [],
    );
    return Object.fromEntries(
      rows.map(({ rule, matched, fired }) => [rule, [Number(matched), Number(fired)]]),
    );
  }

  async lease(requests: readonly LeaseRequest[]): Promise<readonly LeaseAnswer[]> {
    if (requests.length === 0) return [];
    const [row] = await this.#ask<{ answers: Record<string, LeaseAnswer> }>(
      `SELECT {schema}.take_leases($1, $2, $3::float8 * interval '1 millisecond', $4::float8 * interval '1 millisecond') AS answers`,
      [JSON.stringify(requests), LOST_MS, SHORT_MS],
    );
    return requests.map((_request, at) => sure(row?.answers[at + 1]));
  }

  async keepExperiment(experiment: FleetExperiment): Promise<void> {
    await this.#ask(
      `INSERT INTO {schema}.experiments (fleet, arn, started_at, body) VALUES ($1, $2, to_timestamp($3::float8 / 1000), $4)
       ON CONFLICT (fleet, arn) DO UPDATE SET body = excluded.body`,
      [experiment.arn, experiment.startedAtMs, JSON.stringify(experiment)],
    );
  }

  async experiments(most: number): Promise<readonly FleetExperiment[]> {
    const rows = await this.#ask<{ body: FleetExperiment }>(
      "SELECT body FROM {schema}.experiments WHERE fleet = $1 ORDER BY started_at DESC LIMIT $2",
      [most],
    );
    return rows.map(({ body }) => body);
  }

  async journal(most: number): Promise<readonly JournalEntry[]> {
    const rows = await this.#ask<JournalEntry & QueryResultRow>(
      `SELECT (extract(epoch FROM at) * 1000)::float8 AS "atMs", who, gateway, what
       FROM {schema}.journal WHERE fleet = $1 ORDER BY id DESC LIMIT $2`,
      [most],
    );
    return rows;
  }

  async tidy(rules: readonly string[], goneForMs: number): Promise<void> {
    await this.#ask("DELETE FROM {schema}.leases WHERE fleet = $1 AND split_part(lease, '#', 1) <> ALL($2)", [
      rules,
    ]);
    await this.#ask(
      `DELETE FROM {schema}.reports
       WHERE fleet = $1 AND seen_at < now() - $3::float8 * interval '1 millisecond' AND NOT counts ?| $2`,
      [rules, goneForMs],
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#watches].map((watch) => watch.end()));
    await this.#pool.end();
  }

  get #channel(): string {
    const { schema, fleet } = this.#address;
    return `squall_${createHash("sha256").update(`${schema}/${fleet}`).digest("hex").slice(0, 16)}`;
  }

  async #newest(): Promise<number> {
    const [row] = await this.#ask<{ version: string }>(
      "SELECT coalesce(max(version), 0) AS version FROM {schema}.snapshots WHERE fleet = $1",
      [],
    );
    return Number(row?.version ?? 0);
  }

  /** @param values what stands for `$2` and on; `$1` is the fleet */
  async #ask<Row extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const { schema, fleet } = this.#address;
    const { rows } = await this.#pool.query<Row>(text.replaceAll("{schema}", schema), [fleet, ...values]);
    return rows;
  }
}

/** One connection that listens, and that is made again whenever it breaks. */
class Watch {
  readonly #connect: () => Client;
  readonly #channel: string;
  readonly #hear: (version: number) => void;
  /** What may have been missed while nobody listened. */
  readonly #newest: () => Promise<number>;
  #client: Client | undefined;
  #hasEnded = false;
  #again: NodeJS.Timeout | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(
    connect: () => Client,
    channel: string,
    hear: (version: number) => void,
    newest: () => Promise<number>,
  ) {
    this.#connect = connect;
    this.#channel = channel;
    this.#hear = hear;
    this.#newest = newest;
  }

  async listen(): Promise<void> {
    const client = this.#connect();
    this.#client = client;
    let isBroken = false;
    const breaks = () => {
      if (isBroken) return;
      isBroken = true;
      client.end().catch(() => {});
      this.#listenAgain();
    };
    client.on("error", breaks);
    client.on("end", breaks);
    client.on("notification", ({ payload }) => this.#hear(Number(payload)));
    try {
      await client.connect();
      await client.query(`LISTEN ${this.#channel}`);
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#hear(await this.#newest());
    } catch {
      // The poll tells of new versions until somebody listens again.
      breaks();
    }
  }

  async end(): Promise<void> {
    this.#hasEnded = true;
    clearTimeout(this.#again);
    await this.#client?.end().catch(() => {});
  }

  #listenAgain(): void {
    if (this.#hasEnded) return;
    this.#again = setTimeout(() => void this.listen(), this.#pauseMs).unref();
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
  }
}
