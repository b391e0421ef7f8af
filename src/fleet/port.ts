import type { FaultRule } from "../core/fault.ts";

/**
 * What gateways of one fleet share, and all that a store has to do for it: PostgreSQL, NATS, the memory of one process or
 * the channel to another. Nothing here is ever asked while a call waits. A store that is gone rejects, and loses nothing
 * that it has confirmed; who uses it goes on with what it knows.
 */
export interface FleetStore {
  /** The newest snapshot that is newer than `than`; undefined when there is none. */
  snapshot(than: number): Promise<Snapshot | undefined>;
  /**
   * Makes a snapshot the newest one, if the one before it (`version - 1`; 0 is none) still is, and writes who did what
   * into the journal with it.
   * @returns false when somebody else was first: read, change that, try again
   */
  publish(snapshot: Snapshot, entries: readonly JournalEntry[]): Promise<boolean>;
  /**
   * Hears of new versions as they come. It may miss some (a lost connection, a pooler in between), so whoever listens
   * polls beside it; it hears again by itself when the store is back.
   * @returns what ends it
   */
  watch(hear: (version: number) => void): Promise<() => void>;

  /** Keeps the newest report of a gateway in place of its last; one of a gateway that has gone stays for its counts. */
  report(report: GatewayReport): Promise<void>;
  /** The newest report of every gateway, and how old it is by the store's own clock. */
  reports(): Promise<readonly AgedReport[]>;
  /** Drops reports whose counts nobody asks for any more. */
  forget(gateways: readonly string[]): Promise<void>;

  /**
   * Gives a gateway a part of something of which the fleet has `total`: as much of what it wants as nobody has taken.
   * @param lease.wants less than 0 gives that much back
   * @returns how much it got, from 0
   */
  lease(lease: LeaseRequest): Promise<number>;

  /** Keeps an experiment's newest state and result. */
  keepExperiment(experiment: FleetExperiment): Promise<void>;
  /** The newest experiments, the newest first. */
  experiments(most: number): Promise<readonly FleetExperiment[]>;

  /** Who changed what, the newest first. */
  journal(most: number): Promise<readonly JournalEntry[]>;

  close(): Promise<void>;
}

/** Everything that strikes, as of one version. A gateway has one of them whole, or the one before. */
export interface Snapshot {
  /** 1, 2, 3 … */
  readonly version: number;
  /** The fleet's: with it, chance does not depend on which gateway a call comes to. */
  readonly seed: string;
  readonly rules: readonly FleetRule[];
  /** The safety lever: why nothing may fail; undefined when it may. */
  readonly stoppedFor?: string;
  /** Who may look, and who may change. While there is none, a gateway's own admin token decides. */
  readonly tokens: readonly FleetToken[];
}

export interface FleetRule {
  /** In its full form: its times are points in time, so that it ends everywhere at once whatever comes of the store. */
  readonly rule: FaultRule;
  /** The version that it came with: a rule that is put again under its id counts anew. */
  readonly since: number;
}

export type Role = "viewer" | "operator";

export interface FleetToken {
  readonly name: string;
  readonly role: Role;
  /** SHA-256 of the token, in hexadecimal: it is drawn at random, so nobody can guess their way back. */
  readonly hash: string;
}

/** What a gateway says of itself every few seconds. */
export interface GatewayReport {
  /** Made anew at each start. */
  readonly gateway: string;
  /** For people: the host's name and port. */
  readonly name: string;
  readonly startedAtMs: number;
  /** Squall's own. */
  readonly squall: string;
  /** The version that it acts by. */
  readonly version: number;
  /** A newer version that it could not take, and why: it goes on with `version`. */
  readonly refused?: { readonly version: number; readonly reason: string };
  /** Calls that have come through it since its start. */
  readonly calls: number;
  /** By rule, as `id@since`: how often each has matched and fired here, since the gateway's start. */
  readonly counts: Readonly<Record<string, readonly [matched: number, fired: number]>>;
  /** It has stopped in good order. */
  readonly gone?: boolean;
}

export interface AgedReport extends GatewayReport {
  readonly ageMs: number;
}

export interface LeaseRequest {
  /** What is shared out: a rule's `times` (`id@since`), or those of a window of time. */
  readonly of: string;
  readonly gateway: string;
  readonly total: number;
  readonly wants: number;
}

export interface FleetExperiment {
  /** Its ARN. */
  readonly id: string;
  readonly gateway: string;
  readonly template: string;
  /** As FIS calls it: `running`, `completed`, `stopped`, `failed` … */
  readonly status: string;
  readonly reason?: string;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
}

export interface JournalEntry {
  readonly atMs: number;
  /** A token's name, or `admin`, `file`, an experiment's ARN. */
  readonly who: string;
  readonly gateway: string;
  /** `added latency rule-1`, `stopped all` … */
  readonly what: string;
}
