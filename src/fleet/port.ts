import type { FaultRule } from "../core/fault.ts";

/**
 * What gateways of one fleet share, and all that a store has to do for it: PostgreSQL, NATS, the memory of one process or
 * the channel to another. Nothing here is ever asked while a call waits. A store that is gone rejects, and loses nothing
 * that it has confirmed; who uses it goes on with what it knows. `behaviour.test.ts` holds every store to this page.
 */
export interface FleetStore {
  /** The newest snapshot, if it is newer than `than`. */
  snapshot(than: number): Promise<Snapshot | undefined>;
  /**
   * Makes a snapshot the newest one, if the one before it (`version - 1`; 0 is none) still is, and writes who did what
   * into the journal with it. When it rejects, the store may have made it all the same, or may do so later; not any more,
   * once there is that version or a newer one.
   * @returns false when somebody else was first: read, change that, try again
   */
  publish(snapshot: Snapshot, entries: readonly JournalEntry[]): Promise<boolean>;
  /**
   * Hears of new versions as they come. It may miss some (a lost connection, a pooler in between), so whoever listens
   * polls beside it; it hears again by itself when the store is back.
   * @returns what ends it
   */
  watch(hear: (version: number) => void): Promise<() => void>;

  /** Keeps the newest report of a gateway in place of its last one; that of one which has gone stays, for its counts. */
  report(report: GatewayReport): Promise<void>;
  /** The newest reports, of all gateways or of these, and how old they are by the store's own clock. */
  gateways(of?: readonly string[]): Promise<readonly AgedReport[]>;
  /** What all reports count together. */
  counts(): Promise<Counts>;
  /** Has a report made whenever another gateway wants to know the counts, where a store can ask for it: they are of now then. */
  whenCounted?(report: () => Promise<void>): Promise<void>;

  /**
   * Gives gateways parts of what the fleet has `total` of: as much of what each wants as is left. What a gateway holds of
   * something that comes back is free again when it has not reported for `LOST_MS`.
   * @returns an answer to each request, in their order
   */
  lease(requests: readonly LeaseRequest[]): Promise<readonly LeaseAnswer[]>;

  /** Keeps an experiment's newest state and result. */
  keepExperiment(experiment: FleetExperiment): Promise<void>;
  /** The newest experiments, the newest first. */
  experiments(most: number): Promise<readonly FleetExperiment[]>;

  /** Who changed what, the newest first. */
  journal(most: number): Promise<readonly JournalEntry[]>;

  /**
   * Drops what belongs to no rule of these: leases, and reports that count none of them of gateways which have not been
   * heard of for so long.
   */
  tidy(rules: readonly string[], goneForMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Everything that strikes, as of one version. A gateway has one of them whole, or the one before. */
export interface Snapshot {
  /** 1, 2, 3 … */
  readonly version: number;
  /** The fleet's: with it, chance does not depend on which gateway a call comes to. */
  readonly seed: string;
  readonly rules: readonly FleetRule[];
  /** The safety lever: why nothing may fail; absent when it may. */
  readonly stoppedFor?: string;
  /** Who may look, and who may change. While there is none, a gateway's own admin token decides. */
  readonly tokens: readonly FleetToken[];
  /** When it was made, in epoch milliseconds, by the clock of who made it. */
  readonly atMs: number;
}

export interface FleetRule {
  /** In its full form: its times are points in time, so that it ends everywhere at once whatever comes of the store. */
  readonly rule: FaultRule;
  /** The version that it came with: a rule that is put again under its id counts anew. */
  readonly since: number;
  /** The version that it was changed with last. */
  readonly changed: number;
  /** The change that it is as it is by: who made that knows it again, though the store did not answer. */
  readonly mark?: string;
  /** The gateway that an experiment runs on: when that is gone, nobody would end it. */
  readonly heldBy?: string;
}

export type Role = "viewer" | "operator";

export interface FleetToken {
  readonly name: string;
  readonly role: Role;
  /** SHA-256 of the token, in hexadecimal: tokens are drawn at random, so nobody guesses the way back. */
  readonly hash: string;
}

/** By rule (`id@since`): how often it has matched and fired. */
export type Counts = Readonly<Record<string, readonly [matched: number, fired: number]>>;

/** What a gateway says of itself every few seconds. */
export interface GatewayReport {
  /** Made anew at each start. */
  readonly gateway: string;
  /** For people: the host's name and port. */
  readonly name: string;
  /** Squall's own version. */
  readonly squall: string;
  readonly startedAtMs: number;
  /** The version that it acts by. */
  readonly version: number;
  /** A newer version that it could not take, and why: it goes on with `version`. */
  readonly refused?: { readonly version: number; readonly reason: string };
  /** Calls that have come through it since its start. */
  readonly calls: number;
  readonly counts: Counts;
  /** It has stopped in good order. */
  readonly isGone?: boolean;
}

export interface AgedReport extends Omit<GatewayReport, "counts"> {
  readonly ageMs: number;
}

export interface LeaseRequest {
  /** What is shared out: a rule's `times` (`id@since`), or those of one of its callers or resources (`id@since#unit`). */
  readonly of: string;
  readonly gateway: string;
  readonly total: number;
  /** Less than 0 gives that much back; 0 asks whether others want some. */
  readonly wants: number;
  /** It is used up and comes back with time (a rate): what a lost gateway held of it is not lost. */
  readonly comesBack: boolean;
}

export interface LeaseAnswer {
  readonly got: number;
  /** Somebody has asked in vain within the last `SHORT_MS`: who does not use what it holds gives it back. */
  readonly isShort: boolean;
}

/** A gateway that has not reported for so long is lost. */
export const LOST_MS = 60_000;
/** How long it is remembered that somebody asked for a lease in vain. */
export const SHORT_MS = 15_000;

export interface FleetExperiment {
  readonly arn: string;
  /** The name of the gateway that it runs on. */
  readonly gateway: string;
  /** That gateway itself: when it is gone, nobody else goes on with it. */
  readonly heldBy?: string;
  /** As FIS calls it: `running`, `completed`, `stopped`, `failed` …; `lost` of one whose gateway was. */
  readonly status: string;
  readonly reason?: string;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  /** Its rules, as counts name them. */
  readonly rules: readonly string[];
  /** How often they matched and fired in the whole fleet, once it is over. */
  readonly struck?: readonly [matched: number, fired: number];
}

export interface JournalEntry {
  readonly atMs: number;
  /** A token's name; `admin`, who has the gateway's own token; an experiment's ARN. */
  readonly who: string;
  /** The gateway's name. */
  readonly gateway: string;
  /** `added latency rule-1`, `stopped everything: …` */
  readonly what: string;
}
