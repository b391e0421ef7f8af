import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { optionalPackages } from "../../core/optional-packages.ts";
import { sure } from "../../core/sure.ts";
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
import { countsTogether, ruleOfLease } from "../rule-key.ts";
import { type NatsAddress, natsAddress } from "./address.ts";
import { Bucket, type Kept } from "./bucket.ts";

type Transport = typeof import("@nats-io/transport-node");
type JetStream = typeof import("@nats-io/jetstream");
type Kv = typeof import("@nats-io/kv");

const PACKAGES = ["@nats-io/transport-node", "@nats-io/jetstream", "@nats-io/kv"] as const;
/** A store that does not answer within this time is taken as gone. */
const PATIENCE_MS = 5000;
/** The one key of the bucket of snapshots. */
const NEWEST = "snapshot";
const KEPT_SNAPSHOTS = 20;
const MOST_JOURNAL = 10_000;
/** Experiments are kept for thirty days. */
const EXPERIMENTS_MS = 30 * 24 * 60 * 60_000;
/** Who was overtaken tries again within this time, again and again. */
const STEP_ASIDE_MS = 20;
const MOST_ATTEMPTS = 200;
const AT_ONCE = 50;

/** Who holds how much of one thing, and when somebody asked for it in vain. */
interface Leased {
  readonly held: Readonly<Record<string, number>>;
  readonly shortAtMs: number;
}

interface Buckets {
  readonly snapshots: Bucket<Snapshot>;
  readonly reports: Bucket<GatewayReport>;
  readonly leases: Bucket<Leased>;
  readonly experiments: Bucket<FleetExperiment>;
}

/** A fleet's store in NATS JetStream: buckets of keys and values, where the newest snapshot is watched, and a stream for the journal. */
export class NatsStore implements FleetStore {
  readonly #connection: NatsConnection;
  readonly #stream: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #fleet: string;
  readonly #buckets: Buckets;
  #newest: Kept<Snapshot> | undefined;
  #isConnected = true;
  /** What the watch has brought last. */
  #brought: Snapshot | undefined;
  /** The server's clock is at least so far ahead of this machine's steady one. */
  #aheadMs: number | undefined;

  private constructor(parts: {
    connection: NatsConnection;
    stream: JetStreamClient;
    manager: JetStreamManager;
    fleet: string;
    buckets: Buckets;
  }) {
    this.#connection = parts.connection;
    this.#stream = parts.stream;
    this.#manager = parts.manager;
    this.#fleet = parts.fleet;
    this.#buckets = parts.buckets;
    void this.#follow();
  }

  /**
   * Connects, and makes the fleet's buckets if they are not there.
   * @param url `nats://user:password@host:4222?fleet=checkout`
   * @throws Error that says what is missing, or why it cannot be used
   */
  static async open(url: string): Promise<NatsStore> {
    const address = natsAddress(url);
    const packages = await optionalPackages("A fleet in NATS needs its clients", PACKAGES);
    const [transport, jetstream, kv] = packages as [Transport, JetStream, Kv];
    const connection = await connected(transport, address);
    try {
      const manager = await jetstream.jetstreamManager(connection, { timeout: PATIENCE_MS });
      const stream = jetstream.jetstream(connection, { timeout: PATIENCE_MS });
      const { fleet, replicas } = address;
      const largestBytes = connection.info?.max_payload ?? 1024 * 1024;
      const buckets = new kv.Kvm(stream);
      const open = async <T>(kind: string, options: { history?: number; ttl?: number } = {}) => {
        const name = `squall_${fleet}_${kind}`;
        const kv = await buckets.create(name, { replicas, ...options });
        return new Bucket<T>(kv, name, manager, largestBytes);
      };
      await manager.streams.add({
        name: `squall_${fleet}_journal`,
        subjects: [`squall.${fleet}.journal`],
        max_msgs: MOST_JOURNAL,
        num_replicas: replicas,
      });
      return new NatsStore({
        connection,
        stream,
        manager,
        fleet,
        buckets: {
          snapshots: await open<Snapshot>("snapshots", { history: KEPT_SNAPSHOTS }),
          reports: await open<GatewayReport>("gateways"),
          leases: await open<Leased>("leases"),
          experiments: await open<FleetExperiment>("experiments", { ttl: EXPERIMENTS_MS }),
        },
      });
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async snapshot(than: number): Promise<Snapshot | undefined> {
    this.#check();
    // What the watch has brought need not be fetched again; while it brings nothing newer, the store is asked.
    if (this.#brought !== undefined && this.#brought.version > than) return this.#brought;
    const newest = await this.#buckets.snapshots.get(NEWEST);
    if (newest) this.#newest = newest;
    return newest !== undefined && newest.value.version > than ? newest.value : undefined;
  }

  async publish(snapshot: Snapshot, entries: readonly JournalEntry[]): Promise<boolean> {
    this.#check();
    const before = snapshot.version - 1;
    const { snapshots } = this.#buckets;
    if (before > 0 && this.#newest?.value.version !== before) this.#newest = await snapshots.get(NEWEST);
    if (before > 0 && this.#newest?.value.version !== before) return false;
    const revision = before === 0 ? 0 : sure(this.#newest).revision;
    if (!(await snapshots.replace(NEWEST, snapshot, revision))) return false;
    for (const entry of entries)
      await this.#stream.publish(`squall.${this.#fleet}.journal`, JSON.stringify(entry));
    return true;
  }

  watch(hear: (version: number) => void): Promise<() => void> {
    return this.#buckets.snapshots.watch(NEWEST, (newest) => {
      if (newest.revision > (this.#newest?.revision ?? 0)) this.#newest = newest;
      this.#brought = newest.value;
      hear(newest.value.version);
    });
  }

  async report(report: GatewayReport): Promise<void> {
    this.#check();
    const { reports } = this.#buckets;
    await reports.put(report.gateway, report);
    const put = await reports.get(report.gateway);
    if (put)
      this.#aheadMs = Math.max(this.#aheadMs ?? Number.NEGATIVE_INFINITY, put.atMs - performance.now());
  }

  async gateways(of?: readonly string[]): Promise<readonly AgedReport[]> {
    const all = [...(await this.#buckets.reports.all()).values()];
    const nowMs = this.#serverMs();
    return all
      .filter(({ value }) => of === undefined || of.includes(value.gateway))
      .map(({ value: { counts: _counts, ...report }, atMs }) => ({
        ...report,
        ageMs: Math.max(0, Math.round(nowMs - atMs)),
      }));
  }

  async counts(): Promise<Counts> {
    const all = await this.#buckets.reports.all();
    return countsTogether([...all.values()].map(({ value }) => value.counts));
  }

  async lease(requests: readonly LeaseRequest[]): Promise<readonly LeaseAnswer[]> {
    this.#check();
    const answers: LeaseAnswer[] = [];
    for (const request of requests) answers.push(await this.#lease(request));
    return answers;
  }

  async keepExperiment(experiment: FleetExperiment): Promise<void> {
    this.#check();
    await this.#buckets.experiments.put(experiment.arn, experiment);
  }

  async experiments(most: number): Promise<readonly FleetExperiment[]> {
    const all = [...(await this.#buckets.experiments.all()).values()].map(({ value }) => value);
    return all.sort((a, b) => b.startedAtMs - a.startedAtMs).slice(0, most);
  }

  async journal(most: number): Promise<readonly JournalEntry[]> {
    const stream = `squall_${this.#fleet}_journal`;
    const { state } = await this.#manager.streams.info(stream);
    const entries: JournalEntry[] = [];
    const last = Math.max(state.first_seq, state.last_seq - most + 1);
    for (let from = state.last_seq; from >= last && state.messages > 0; from -= AT_ONCE) {
      const sequences = Array.from({ length: Math.min(AT_ONCE, from - last + 1) }, (_, at) => from - at);
      const messages = await Promise.all(
        sequences.map((seq) => this.#manager.streams.getMessage(stream, { seq })),
      );
      for (const message of messages) if (message) entries.push(message.json<JournalEntry>());
    }
    return entries;
  }

  async tidy(rules: readonly string[], goneForMs: number): Promise<void> {
    const kept = new Set(rules);
    const { leases, reports } = this.#buckets;
    for (const lease of (await leases.all()).keys())
      if (!kept.has(ruleOfLease(lease))) await leases.remove(lease);
    for (const [gateway, { value, atMs }] of await reports.all()) {
      const counts = Object.keys(value.counts).some((rule) => kept.has(rule));
      if (!counts && this.#serverMs() - atMs > goneForMs) await reports.remove(gateway);
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #lease({ of, gateway, total, wants, comesBack }: LeaseRequest): Promise<LeaseAnswer> {
    const { leases } = this.#buckets;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const kept = await leases.get(of);
      const { held = {}, shortAtMs = 0 } = kept?.value ?? {};
      const holders = comesBack && wants > 0 ? await this.#withoutLost(held) : held;
      const before = holders[gateway] ?? 0;
      const taken = Object.values(holders).reduce((sum, units) => sum + units, 0);
      const got = wants < 0 ? Math.max(-before, wants) : Math.max(0, Math.min(wants, total - taken));
      const nowMs = this.#serverMs();
      const next = {
        held: { ...holders, [gateway]: before + got },
        shortAtMs: got < wants ? nowMs : shortAtMs,
      };
      const answer = { got: Math.max(0, got), isShort: nowMs - next.shortAtMs < SHORT_MS };
      if (wants === 0) return answer;
      if (await leases.replace(of, next, kept?.revision ?? 0)) return answer;
      await pause(STEP_ASIDE_MS * Math.random());
    }
    throw new Error(`Too many ask for ${of} at once.`);
  }

  async #withoutLost(held: Leased["held"]): Promise<Leased["held"]> {
    const there = await this.gateways(Object.keys(held));
    const lost = new Set(there.filter(({ ageMs }) => ageMs > LOST_MS).map(({ gateway }) => gateway));
    return lost.size === 0
      ? held
      : Object.fromEntries(Object.entries(held).filter(([name]) => !lost.has(name)));
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === "disconnect") this.#isConnected = false;
      if (type === "reconnect") this.#isConnected = true;
    }
  }

  /** The client would keep what is asked of it, and say it once it is connected again, when nobody means it any more. */
  #check(): void {
    if (!this.#isConnected) throw new Error("The NATS server is gone.");
  }

  /** The server's time as far as it is known: as of the last report of this gateway. */
  #serverMs(): number {
    return this.#aheadMs === undefined ? Date.now() : performance.now() + this.#aheadMs;
  }
}

async function connected(transport: Transport, address: NatsAddress): Promise<NatsConnection> {
  const { servers, user, password, credentials } = address;
  const authenticator =
    credentials === undefined ? undefined : transport.credsAuthenticator(await readFile(credentials));
  try {
    return await transport.connect({
      servers: [...servers],
      ...(user !== undefined && { user, pass: password ?? "" }),
      ...(authenticator && { authenticator }),
      name: "squall",
      timeout: PATIENCE_MS,
      // A server that is gone may come back at any time.
      maxReconnectAttempts: -1,
    });
  } catch (error) {
    throw new Error(`NATS at ${servers.join(", ")}: ${(error as Error).message}`, { cause: error });
  }
}
