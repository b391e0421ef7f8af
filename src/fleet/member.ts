import { randomUUID } from "node:crypto";
import type { Bus, Topics } from "../core/bus.ts";
import type { Clock, Timer } from "../core/clock.ts";
import type { FaultRule } from "../core/fault.ts";
import type { Log } from "../core/log.ts";
import { sure } from "../core/sure.ts";
import { describeRule } from "../faults/describe.ts";
import type { FaultEngine } from "../faults/engine.ts";
import { acting } from "./acting.ts";
import { type Changed, type Changes, changed, type RuleChange, type Withdrawn } from "./changes.ts";
import { FleetError } from "./errors.ts";
import { Experiments } from "./experiments.ts";
import { isOut } from "./gateway-state.ts";
import { patient } from "./patience.ts";
import type { Counts, FleetRule, FleetStore, GatewayReport, JournalEntry, Snapshot } from "./port.ts";
import { ruleKey } from "./rule-key.ts";
import { Shares } from "./shares.ts";
import { checkSnapshot, saysStop, versionOf } from "./snapshot.ts";
import type { TokenChange } from "./tokens.ts";

/** How often a gateway reports, and asks whether there is a newer version than it has heard of. */
const BEAT_MS = 5000;
/** A version that comes from another gateway is reported as taken within this time: not by all of a large fleet at once. */
const SPREAD_MS = 1000;
/** However fast versions follow each other, a gateway says no more often than this that it has taken one. */
const REPORT_PAUSE_MS = 200;
/** How many others may be first before a change is given up: each of them has made a version. */
const MOST_ATTEMPTS = 100;
/** Who was not first tries again within this time. */
const STEP_ASIDE_MS = 20;
/** Counts of rules that are over are reported so long, for who asks what came of them. */
const REMEMBERED_MS = 15 * 60_000;
/** A gateway that has not been heard of for so long and counts nothing that is left is forgotten. */
const FORGOTTEN_MS = 60 * 60_000;
/** Among so many, the newest, those that were lost with a gateway are looked for. */
const MOST_EXPERIMENTS = 100;

/** An entry that is not in the journal yet, and what it is about. */
interface Noted {
  readonly entry: JournalEntry;
  readonly ruleId: string | undefined;
  readonly tokens: TokenChange | undefined;
}

export interface MemberOptions {
  readonly store: FleetStore;
  /** What the fleet acts by when this gateway comes. */
  readonly snapshot: Snapshot;
  /** For people: the host's name and port. */
  readonly name: () => string;
  readonly version: string;
  readonly faults: FaultEngine;
  readonly bus: Bus;
  readonly log: Log;
  /** The clock that rules go by. */
  readonly clock: Clock;
  /** The clock that the store is asked by: the machine's, whatever somebody does to the rules'. */
  readonly pace: Clock;
  /** How many calls have come. */
  readonly calls: () => number;
  /** The lever has been pulled elsewhere: experiments that run here end, or may begin again. */
  readonly pullLever?: (isEngaged: boolean, reason: string) => Promise<void>;
  /** In [0, 1): beats and attempts of many gateways must not fall together. */
  readonly chance: () => number;
}

/**
 * One gateway's part in a fleet. The rules of its own table are a copy of the newest snapshot; what is changed here goes
 * into the next one. It asks the store in the background alone: whatever that does, calls go on with the rules that are
 * here until these end by themselves.
 */
export class Member {
  /** Made anew at each start. */
  readonly gateway = randomUUID();
  readonly #options: MemberOptions;
  readonly #shares: Shares;
  #snapshot: Snapshot;
  /** The rules as they were given to the table: one that is the same stays the same object. */
  #rules = new Map<string, FleetRule>();
  #refused: GatewayReport["refused"];
  #pending = new Map<string, RuleChange>();
  /** By their marks: they are not in force here, and not elsewhere either once the store answers. */
  readonly #withdrawn = new Map<string, Withdrawn>();
  #marks = 0;
  /** The newest version that the store was asked to make. */
  #attempted = 0;
  #lever: Changes["lever"];
  #tokens: TokenChange | undefined;
  /** Why the tokens could not be changed after all. */
  #tokensRefusal: FleetError | undefined;
  #changingTokens: Promise<void> = Promise.resolve();
  #entries: Noted[] = [];
  #flushing: Promise<void> | undefined;
  #pulling: Promise<void> | undefined;
  #isTaking = false;
  #isLost = false;
  #hasStopped = false;
  #beat: Timer | undefined;
  #tending: Timer | undefined;
  #reporting: { readonly timer: Timer; readonly dueMs: number } | undefined;
  #reported: { readonly atMs: number; readonly acts: string } | undefined;
  #startedAtMs = 0;
  readonly #undo: (() => void)[] = [];
  /** Counts of rules that are over, and until when they are told. */
  readonly #ended = new Map<
    string,
    { readonly counts: readonly [number, number]; readonly untilMs: number }
  >();
  readonly experiments: Experiments;

  constructor(given: MemberOptions) {
    const options = { ...given, store: patient(given.store, given.pace) };
    this.#options = options;
    this.#snapshot = options.snapshot;
    const { store, clock, pace, faults, bus } = options;
    const clocks = { nowMs: () => clock.now(), paceMs: () => pace.now() };
    this.#shares = new Shares(store, this.gateway, clocks, () => this.#tendSoon());
    faults.shareOf = (rule) => this.#shares.of(rule);
    faults.waits = ({ id }) => this.#waits(id);
    this.experiments = new Experiments({
      store,
      gateway: this.gateway,
      name: options.name,
      clock,
      pace,
      rulesOf: (arn) => faults.list(arn).flatMap(({ id }) => this.keyOf(id) ?? []),
      counts: () => this.counts(),
    });
    this.#undo.push(
      bus.subscribe("fault.rule", (event) => this.#heard(event)),
      bus.subscribe("fault.lever", ({ stoppedFor }) => this.#pulled(stoppedFor)),
      bus.subscribe("fis.experiment", (event) => this.experiments.ran(event)),
    );
    this.#take(this.#snapshot);
  }

  /** What it acts by. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** The store does not answer. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Takes everything that comes from now on; what the fleet acted by before is in force already. */
  async start(): Promise<void> {
    const { store, pace, chance, faults, clock, name } = this.#options;
    this.#startedAtMs = clock.now();
    faults.drawsApart = name();
    this.#undo.push(await store.watch((version) => this.#hears(version)));
    await store.whenCounted?.(() => this.#report());
    this.#beat = pace.setTimer(BEAT_MS * chance(), () => void this.#beats());
    await this.#report().catch(() => {});
  }

  /** Leaves in good order: what it holds is the others'. */
  async stop(): Promise<void> {
    if (this.#hasStopped) return;
    this.#hasStopped = true;
    this.#beat?.cancel();
    this.#tending?.cancel();
    this.#reporting?.timer.cancel();
    for (const undo of this.#undo.splice(0)) undo();
    try {
      await this.#flush();
      await this.#shares.giveBack();
      await this.#report();
    } catch {
      // The store is gone: the others learn that this gateway is by its silence.
    }
    await this.#options.store.close();
  }

  /**
   * Resolves once what was changed here is the fleet's.
   * @throws FleetError when the store cannot be reached, or others have changed the same at the same time: rules that were
   * added or changed here are then as they were, and become so again should the store have made the change after all; what
   * was removed or stopped stays so, and the others hear of it later
   */
  async flushed(): Promise<void> {
    try {
      while (this.#changes) await this.#flush();
      await this.#flushing;
    } catch (error) {
      if (error instanceof FleetError) throw error;
      const taken = this.#takeBack();
      throw new FleetError(
        503,
        `The fleet's store cannot be reached (${(error as Error).message}): ${taken ? "nothing was added or changed; should the store do so yet, it is taken back as soon as that answers" : "it is done on this gateway, and the others will hear of it"}.`,
      );
    }
  }

  /** Changes the fleet's tokens, one change after the other. @throws FleetError */
  changeTokens(change: TokenChange, what: string): Promise<void> {
    const changing = this.#changingTokens.then(() => this.#changeTokens(change, what));
    this.#changingTokens = changing.catch(() => {});
    return changing;
  }

  async #changeTokens(change: TokenChange, what: string): Promise<void> {
    const { tokens } = this.#snapshot;
    const added = change(tokens).filter((token) => !tokens.includes(token));
    this.#tokens = change;
    this.#tokensRefusal = undefined;
    this.#note(what, { tokens: change });
    try {
      while (this.#tokens === change) await this.#flush();
    } catch (error) {
      if (error instanceof FleetError) throw error;
      const who = acting.getStore() ?? "admin";
      for (const { hash } of added)
        this.#withdrawn.set(hash, { version: this.#attempted, before: undefined, who });
      throw new FleetError(
        503,
        `The fleet's store cannot be reached (${(error as Error).message}): ${added.length > 0 ? "no token was added; should the store do so yet, it is taken back as soon as that answers" : "whether the token is removed is not known until that answers"}.`,
      );
    } finally {
      if (this.#tokens === change) this.#dropTokens();
    }
    if (this.#tokensRefusal) throw this.#tokensRefusal;
  }

  /** The tokens are not changed after all, and the journal does not say so. */
  #dropTokens(): void {
    const dropped = this.#tokens;
    this.#tokens = undefined;
    this.#entries = this.#entries.filter(({ tokens }) => tokens === undefined || tokens !== dropped);
  }

  /** How often the fleet's rules have matched and fired, here as of now and elsewhere as of their last reports. */
  async counts(): Promise<Counts> {
    await this.#report();
    return await this.#options.store.counts();
  }

  /** What a rule's counts go by; undefined for one of this gateway's own. */
  keyOf(id: string): string | undefined {
    const rule = this.#rules.get(id);
    return rule && ruleKey(rule);
  }

  get store(): FleetStore {
    return this.#options.store;
  }

  // What comes from the store.

  #hears(version: number): void {
    if (version > this.#snapshot.version) void this.#pull().catch(() => {});
  }

  /** Takes the newest snapshot; who asks while it is on its way gets the one after it. */
  async #pull(): Promise<void> {
    await this.#pulling?.catch(() => {});
    this.#pulling ??= this.#pullOnce().finally(() => {
      this.#pulling = undefined;
    });
    await this.#pulling;
  }

  async #pullOnce(): Promise<void> {
    const newest = await this.#options.store.snapshot(this.#snapshot.version);
    this.#reached();
    if (newest !== undefined && !this.#hasStopped) {
      this.#take(newest);
      this.#reportSoon(SPREAD_MS * this.#options.chance());
    }
    // What the store has made of them is known now, and need not wait for the beat.
    if (this.#withdrawn.size > 0) this.#flushSoon();
  }

  /** Acts by a snapshot from now on; by all of it or, when it is not understood, by the last one: the lever counts always. */
  #take(newest: Snapshot): void {
    const { faults, log } = this.#options;
    const version = versionOf(newest);
    if (version > 0 && version <= this.#snapshot.version && newest !== this.#snapshot) return;
    this.#isTaking = true;
    try {
      if (saysStop(newest)) this.#takeLever(newest);
      checkSnapshot(newest);
      this.#takeLever(newest);
      const rules = this.#withPending(newest);
      const since = new Map(newest.rules.map((fleetRule) => [fleetRule.rule.id, fleetRule.since]));
      faults.replaceShared(
        rules.map(({ rule }) => rule),
        { stays: isOwn, goesOn: ({ id }) => this.#goesOn(id, since.get(id)) },
      );
      this.#rules = new Map(newest.rules.map((fleetRule) => [fleetRule.rule.id, fleetRule]));
      this.#shares.know(newest.rules);
      this.#snapshot = newest;
      this.#refused = undefined;
    } catch (error) {
      const reason = (error as Error).message;
      if (this.#refused?.version !== version)
        log.warn(
          `Version ${version} of the fleet's rules is not understood here, and ${this.#snapshot.version} stays: ${reason}`,
        );
      this.#refused = { version, reason };
    } finally {
      this.#isTaking = false;
    }
  }

  #takeLever({ stoppedFor, version = 0 }: Partial<Pick<Snapshot, "stoppedFor" | "version">>): void {
    const { faults, pullLever, log } = this.#options;
    // What somebody has done here goes before, until it is the fleet's.
    if (this.#lever !== undefined || faults.stoppedFor === stoppedFor) return;
    if (stoppedFor !== undefined) faults.stopAll(stoppedFor);
    else if (version > 1) faults.release();
    pullLever?.(stoppedFor !== undefined, stoppedFor ?? "released").catch((error) =>
      log.error("The safety lever of experiments here could not be moved.", error),
    );
  }

  /** The rules of a snapshot as they are here: with what was changed meanwhile, and as the objects that the table has. */
  #withPending(newest: Snapshot): FleetRule[] {
    const nowMs = this.#options.clock.now();
    const { longestMs = Number.POSITIVE_INFINITY } = this.#options.faults.limits?.state ?? {};
    const rules = newest.rules
      .flatMap((fleetRule) => this.#notWithdrawn(fleetRule) ?? [])
      .filter(
        ({ rule }) => !this.#pending.has(rule.id) && (rule.expiresAt ?? Number.POSITIVE_INFINITY) > nowMs,
      )
      .map((fleetRule) => {
        const known = this.#rules.get(fleetRule.rule.id);
        const isSame = known?.since === fleetRule.since && known.changed === fleetRule.changed;
        return isSame ? known : { ...fleetRule, rule: bounded(fleetRule.rule, nowMs + longestMs) };
      });
    for (const change of this.#pending.values())
      if (change.kind !== "removed") rules.push({ rule: change.rule, since: 0, changed: 0 });
    return this.#options.faults.isStopped ? [] : rules;
  }

  /** What is in force of a rule of the store's: what was there before, of one whose change is withdrawn. */
  #notWithdrawn(fleetRule: FleetRule): FleetRule | undefined {
    const withdrawn = fleetRule.mark === undefined ? undefined : this.#withdrawn.get(fleetRule.mark);
    return withdrawn ? withdrawn.before : fleetRule;
  }

  /** A rule of a user's strikes once it is the fleet's: who is told that it could not be added must not have met it. */
  #waits(id: string): boolean {
    const change = this.#pending.get(id);
    return change !== undefined && change.kind !== "removed" && change.heldBy === undefined;
  }

  /** Does a rule go on counting: is it one that was here? */
  #goesOn(id: string, since: number | undefined): boolean {
    const known = this.#rules.get(id);
    // What was added here has been counting since then.
    return this.#pending.has(id) || known === undefined || known.since === since;
  }

  // What is changed here.

  #heard({ change, ruleId, owner, matched, fired }: Topics["fault.rule"]): void {
    if (change === "removed" || change === "expired") this.#remember(ruleId, [matched, fired]);
    // Each gateway sees for itself that a rule begins, and that it is over.
    if (this.#isTaking || owner === OWN || change === "begun" || change === "expired") return;
    if (change === "removed") {
      this.#pending.set(ruleId, { kind: "removed" });
      this.#note(`removed ${ruleId}`, { owner, ruleId });
    } else {
      const rule = sure(this.#options.faults.get(ruleId));
      const { mark, before } = this.#origin(ruleId);
      this.#pending.set(ruleId, {
        kind: before === undefined ? "added" : "changed",
        rule,
        mark,
        before,
        ...(isOfExperiment(owner) && { heldBy: this.gateway }),
      });
      this.#note(`${change} ${describeRule(rule)}`, { owner, ruleId });
    }
    this.#flushSoon();
  }

  /** What a change is known by, and what it is made of: one that takes the place of another goes on from there. */
  #origin(id: string): { readonly mark: string; readonly before: FleetRule | undefined } {
    const pending = this.#pending.get(id);
    if (pending !== undefined && pending.kind !== "removed") return pending;
    const known = this.#rules.get(id);
    return {
      mark: `${this.gateway}/${++this.#marks}`,
      before: known && this.#notWithdrawn(known),
    };
  }

  #pulled(stoppedFor: string | undefined): void {
    if (this.#isTaking) return;
    this.#lever = { stoppedFor };
    this.#note(stoppedFor === undefined ? "released the safety lever" : `stopped everything: ${stoppedFor}`);
    this.#flushSoon();
  }

  #note(
    what: string,
    { owner = "user", ruleId, tokens }: { owner?: string; ruleId?: string; tokens?: TokenChange } = {},
  ): void {
    const who = acting.getStore() ?? (isOfExperiment(owner) ? owner : "admin");
    this.#entries.push({ entry: this.#entry(who, what), ruleId, tokens });
  }

  #entry(who: string, what: string): JournalEntry {
    const { clock, name } = this.#options;
    // PostgreSQL's texts have no NUL.
    return { atMs: clock.now(), who, gateway: name(), what: what.replaceAll("\0", "") };
  }

  #flushSoon(): void {
    queueMicrotask(() => void this.#flush().catch(() => {}));
  }

  #flush(): Promise<void> {
    this.#flushing ??= this.#publishAll().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  get #changes(): Changes | undefined {
    if (
      this.#pending.size === 0 &&
      this.#withdrawn.size === 0 &&
      this.#lever === undefined &&
      this.#tokens === undefined
    )
      return undefined;
    return {
      rules: new Map(this.#pending),
      withdrawn: new Map(this.#withdrawn),
      ...(this.#lever && { lever: this.#lever }),
      ...(this.#tokens && { tokens: this.#tokens }),
    };
  }

  /** Publishes until nothing is left: what is changed while a version is on its way is in the next one. */
  async #publishAll(): Promise<void> {
    const { store, clock, pace, chance } = this.#options;
    const conflicts = new Set<string>();
    for (let attempt = 0; this.#changes !== undefined; attempt++) {
      if (attempt === MOST_ATTEMPTS)
        throw new FleetError(503, "Others change the fleet's rules all the time: try again.");
      const changes = this.#changes;
      const entries = [...this.#entries];
      let next: Changed;
      try {
        next = changed(this.#snapshot, changes, clock.now());
      } catch (error) {
        if (!(error instanceof FleetError)) throw error;
        // Somebody else was first; whoever has a rule on its way waits for nothing of it.
        this.#tokensRefusal = error;
        this.#dropTokens();
        continue;
      }
      for (const id of next.conflicts) conflicts.add(id);
      if (next.isSame) {
        this.#settle(changes);
        this.#entries.splice(0, entries.length);
        continue;
      }
      const takenBack = next.takenBack.map(({ id, who }) =>
        this.#entry(who, `took back the change of ${id}: the store had not answered in time`),
      );
      let isFirst: boolean;
      try {
        this.#attempted = Math.max(this.#attempted, next.snapshot.version);
        isFirst = await store.publish(next.snapshot, [...takenBack, ...entries.map(({ entry }) => entry)]);
      } catch (error) {
        this.#lostContact(error);
        throw error;
      }
      this.#reached();
      if (isFirst) {
        const sizeBefore = this.#snapshot.rules.length;
        this.#settle(changes);
        this.#entries.splice(0, entries.length);
        this.#take(next.snapshot);
        this.#reportSoon(0);
        if (next.snapshot.rules.length < sizeBefore) this.#tidy();
        this.experiments.haveRules(ownersOf(changes));
        attempt = 0;
        continue;
      }
      await this.#pull();
      await pace.sleep(STEP_ASIDE_MS * chance());
    }
    if (conflicts.size > 0)
      throw new FleetError(
        409,
        `Others have changed ${[...conflicts].join(", ")} at the same time: look, and try again.`,
      );
  }

  /** What was in a version is no longer pending, if it has not been changed again. */
  #settle(changes: Changes): void {
    for (const [id, change] of changes.rules) if (this.#pending.get(id) === change) this.#pending.delete(id);
    for (const [mark, withdrawn] of changes.withdrawn)
      if (this.#withdrawn.get(mark) === withdrawn) this.#withdrawn.delete(mark);
    if (this.#lever === changes.lever) this.#lever = undefined;
    if (this.#tokens === changes.tokens) this.#tokens = undefined;
  }

  /** Rules that were added or changed here and are nobody else's are as they were. @returns whether there were any */
  #takeBack(): boolean {
    const taken = new Set<string>();
    for (const [id, change] of this.#pending) {
      // An experiment's are undone by the experiment.
      if (change.kind === "removed" || change.heldBy !== undefined) continue;
      const who = this.#entries.findLast(({ ruleId }) => ruleId === id)?.entry.who ?? "admin";
      this.#withdrawn.set(change.mark, { version: this.#attempted, before: change.before, who });
      this.#pending.delete(id);
      taken.add(id);
    }
    if (taken.size === 0) return false;
    this.#entries = this.#entries.filter(({ ruleId }) => ruleId === undefined || !taken.has(ruleId));
    this.#take(this.#snapshot);
    return true;
  }

  // What is said every few seconds.

  async #beats(): Promise<void> {
    const { pace, chance } = this.#options;
    try {
      await this.#report();
      await this.#pull();
      if (this.#changes) await this.#flush();
      await this.#shares.tend();
      await this.#endOrphans();
      this.#reached();
    } catch (error) {
      this.#lostContact(error);
    }
    if (this.#hasStopped) return;
    this.#beat = pace.setTimer(BEAT_MS * (0.9 + 0.2 * chance()), () => void this.#beats());
  }

  #tendSoon(): void {
    if (this.#hasStopped) return;
    this.#tending ??= this.#options.pace.setTimer(0, () => {
      this.#tending = undefined;
      void this.#shares.tend().catch((error) => this.#lostContact(error));
    });
  }

  /** Says what it acts by before the next beat, unless that has been said. */
  #reportSoon(withinMs: number): void {
    const { pace } = this.#options;
    if (this.#hasStopped || this.#reported === undefined) return;
    const dueMs = Math.max(pace.now() + withinMs, this.#reported.atMs + REPORT_PAUSE_MS);
    if (this.#reporting !== undefined && this.#reporting.dueMs <= dueMs) return;
    this.#reporting?.timer.cancel();
    const timer = pace.setTimer(dueMs - pace.now(), () => {
      this.#reporting = undefined;
      if (this.#reported?.acts === this.#acts) return;
      void this.#report().catch((error) => this.#lostContact(error));
    });
    this.#reporting = { timer, dueMs };
  }

  get #acts(): string {
    return `${this.#snapshot.version}, not ${this.#refused?.version}`;
  }

  async #report(): Promise<void> {
    const { store, name, version, calls, pace } = this.#options;
    this.#reported = { atMs: pace.now(), acts: this.#acts };
    await store.report({
      gateway: this.gateway,
      name: name(),
      squall: version,
      startedAtMs: this.#startedAtMs,
      version: this.#snapshot.version,
      ...(this.#refused && { refused: this.#refused }),
      calls: calls(),
      counts: this.#counts(),
      ...(this.#hasStopped && { isGone: true }),
    });
  }

  #counts(): Counts {
    const { faults, pace } = this.#options;
    const counts: Record<string, readonly [number, number]> = {};
    for (const [key, ended] of this.#ended) {
      if (ended.untilMs <= pace.now()) this.#ended.delete(key);
      else counts[key] = ended.counts;
    }
    for (const [id, fleetRule] of this.#rules) {
      const { matched = 0, fired = 0 } = faults.counts(id) ?? {};
      if (matched > 0) counts[ruleKey(fleetRule)] = [matched, fired];
    }
    return counts;
  }

  /** Keeps the counts of a rule that is gone. */
  #remember(id: string, counts: readonly [matched: number, fired: number]): void {
    const key = this.keyOf(id);
    if (key === undefined || counts[0] === 0) return;
    this.#ended.set(key, { counts, untilMs: this.#options.pace.now() + REMEMBERED_MS });
  }

  /** Rules of an experiment whose gateway is lost: nobody else would end them before their time. */
  async #endOrphans(): Promise<void> {
    const holders = new Set(this.#snapshot.rules.flatMap(({ heldBy }) => heldBy ?? []));
    holders.delete(this.gateway);
    if (holders.size === 0) return;
    const reports = await this.#options.store.gateways([...holders]);
    const lost = new Set(reports.filter(isOut).map(({ gateway }) => gateway));
    if (lost.size === 0) return;
    // Before their rules go: what these have struck is the experiments'.
    await this.experiments.newest(MOST_EXPERIMENTS);
    for (const { rule, heldBy } of this.#snapshot.rules)
      if (heldBy !== undefined && lost.has(heldBy)) this.#options.faults.remove(rule.id);
  }

  #tidy(): void {
    const { store } = this.#options;
    const rules = [...this.#snapshot.rules.map(ruleKey), ...this.#ended.keys()];
    void store.tidy(rules, FORGOTTEN_MS).catch(() => {});
  }

  #lostContact(error: unknown): void {
    if (this.#isLost || this.#hasStopped) return;
    this.#isLost = true;
    this.#options.log.warn(
      `The fleet's store does not answer: the rules of version ${this.#snapshot.version} go on until they end. ${(error as Error).message}`,
    );
  }

  #reached(): void {
    if (!this.#isLost) return;
    this.#isLost = false;
    this.#options.log.info("The fleet's store answers again.");
  }
}

/** Rules of a gateway's own file are nobody else's. */
const OWN = "file";
const isOwn = ({ owner }: FaultRule): boolean => owner === OWN;
const ownersOf = ({ rules }: Changes): string[] =>
  rules
    .values()
    .flatMap((change) => (change.kind === "removed" ? [] : [change.rule.owner]))
    .toArray();
const isOfExperiment = (owner: string): boolean => owner.startsWith("arn:");

/** A rule that ends here no later than this gateway lets any rule live. */
function bounded(rule: FaultRule, lastMs: number): FaultRule {
  if (!Number.isFinite(lastMs) || (rule.expiresAt !== undefined && rule.expiresAt <= lastMs)) return rule;
  return { ...rule, expiresAt: lastMs };
}
