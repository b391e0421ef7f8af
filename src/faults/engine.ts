import { AwsError } from "../core/aws-error.ts";
import type { Bus } from "../core/bus.ts";
import type { Call, Next, NextOrNow, Outcome } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";
import type { EffectContext, FaultDecision, FaultRule, Hit, PointSubject } from "../core/fault.ts";
import { type Identifiable, type Identified, type Identities, Identity } from "../core/identities.ts";
import { LimitExceeded } from "../core/limited.ts";
import type { Log } from "../core/log.ts";
import { LOOKING_ON } from "../core/looking-on.ts";
import type { Random } from "../core/random.ts";
import { resourceOf, shortName } from "../core/site.ts";
import { sure } from "../core/sure.ts";
import { API, checkedRule, serviceOf } from "./checked-rule.ts";
import { commonError, type KnownErrors } from "./common-errors.ts";
import { HeaderRules, INJECT_HEADER } from "./header-rule.ts";
import type { Facts } from "./match.ts";
import { isExpired, RuleBook, type RuleBookOptions } from "./rule-book.ts";
import { RuleError } from "./rule-error.ts";
import { type CompiledRule, compileRule } from "./rule-table.ts";

export interface FaultEngineOptions extends RuleBookOptions {
  readonly random: Random;
  readonly identities: Identities;
  /** What a call's identity is made from. */
  readonly identifiable: (call: Call) => Identifiable;
  /** What is known about a call's errors; asked when an effect needs the service's own throttle error or the like. */
  readonly errorsOf?: ErrorsOf;
}

/** What a call's operation and service declare, and the protocol that its headers tell of. */
export type ErrorsOf = (call: Pick<Call, "service" | "operation" | "headers">) => KnownErrors;

/** Where something happens at a service's point: inside a call, or in the background. */
export interface PointPlace {
  readonly account: string;
  readonly region: string;
  /** The call at hand, when there is one. */
  readonly call?: Call;
  /** Where decisions are recorded. */
  readonly decisions?: FaultDecision[];
  /** Ends what waits at the point; by default the call's. */
  readonly signal?: AbortSignal;
}

/** A rule that fired, to be applied around what follows. */
interface Fired {
  readonly compiled: CompiledRule;
  readonly ctx: EffectContext;
}

/** The step of a call that had equals before it. */
const LATER = /#(?!1$)\d+$/;

const NO_HITS: readonly Hit[] = Object.freeze([]);

/** The one table of fault rules, with what decides which of them strike and lets them. */
export class FaultEngine extends RuleBook {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #bus: Bus | undefined;
  readonly #errorsOf: ErrorsOf;
  readonly #headerRules: HeaderRules;
  readonly #identities: Identities;
  readonly #identifiable: (call: Call) => Identifiable;
  readonly #log: Log | undefined;
  /** In a fleet: this gateway's name. */
  drawsApart: string | undefined;
  /** Rules that took too long to decide, once at least. */
  readonly #givenUp = new WeakSet<FaultRule>();

  constructor(options: FaultEngineOptions) {
    super(options);
    const { clock, random, bus, effects, knows } = options;
    this.#clock = clock;
    this.#random = random;
    this.#bus = bus;
    this.#log = options.log;
    this.#identities = options.identities;
    this.#identifiable = options.identifiable;
    this.#errorsOf = options.errorsOf ?? (() => ({}));
    this.#headerRules = new HeaderRules(effects, (input, id) => {
      const rule = checkedRule(input, id, { effects, knows, nowMs: clock.now() });
      return compileRule(rule, effects.get(rule.effect));
    });
  }

  /**
   * Runs `next` inside the effects of the rules that fire for a call, an earlier rule's around a later one's; rules in
   * the call's own header are the outermost. Every rule that matched is added to `decisions`. Where none fires, and `next`
   * does not wait, nobody has to.
   * @param arnsOf ARNs of the resources that the input names; asked at most once, and only if a rule wants them
   */
  withFaults(
    call: Call,
    next: NextOrNow,
    decisions: FaultDecision[],
    arnsOf?: () => readonly string[],
  ): Outcome | Promise<Outcome> {
    this.limits?.sees(this.#clock.now());
    const candidates = this.table.candidates(API, call.service, call.operation);
    const header = this.isStopped ? undefined : call.headers[INJECT_HEADER];
    if (candidates === undefined && header === undefined) return next();
    if (call.origin === LOOKING_ON) return next();
    let asked: readonly CompiledRule[] = [];
    try {
      if (header !== undefined) asked = this.#headerRules.of(header);
    } catch (error) {
      if (error instanceof RuleError) return refusedHeader(error);
      throw error;
    }
    const fired: Fired[] = [];
    const facts = this.#callFacts(call, arnsOf);
    const goesOn = this.#decide(asked, facts, call, decisions, fired);
    if (goesOn && candidates) this.#decide(candidates.for(facts), facts, call, decisions, fired);
    if (fired.length === 0) return next();
    if (this.#bus?.hears("fault.delay")) return this.#timed(fired, call, next);
    return applied(fired, call, () => settled(next));
  }

  /** What a call's service says when something breaks inside of it. */
  internalError(call: Call): AwsError {
    return commonError("internal", call.service, call.operation, this.#errorsOf(call));
  }

  /** What a call's service says when it can take no more. */
  unavailable(call: Pick<Call, "service" | "operation" | "headers">): AwsError {
    return commonError("unavailable", call.service, call.operation, this.#errorsOf(call));
  }

  /** May a rule want to know who a call of this operation is, now or when what it leaves behind comes to a point? */
  asksWho(service: string, operation: string): boolean {
    return this.table.asksWho(service, operation);
  }

  /** Removes every rule, and begins a new run: the same rules and calls after it meet the same faults. */
  override clear(): number {
    this.#headerRules.clear();
    this.#identities.clear();
    return super.clear();
  }

  /** The effects of a service's own that fire at its point, for it to carry out. */
  hits(point: string, subject: PointSubject, place: PointPlace): readonly Hit[] {
    if (!this.table.hasPoint(point)) return NO_HITS;
    const facts = this.#pointFacts(point, subject, place);
    const candidates = this.table.candidates(point, facts.service, facts.operation)?.for(facts);
    if (candidates === undefined) return NO_HITS;
    const asked = subject.asks ? candidates.filter(({ rule }) => subject.asks?.(rule)) : candidates;
    return this.#hitsOf(asked, facts, place);
  }

  /**
   * Runs `next` inside the generic effects that fire at a service's point; effects of the service's own are given to it.
   * @throws AwsError that an effect answers; `ConnectionDropped` when it drops the connection
   */
  async around<T>(
    point: string,
    subject: PointSubject,
    place: PointPlace,
    next: (hits: readonly Hit[]) => Promise<T>,
  ): Promise<T> {
    if (!this.table.hasPoint(point)) return next(NO_HITS);
    const facts = this.#pointFacts(point, subject, place);
    const candidates = this.table.candidates(point, facts.service, facts.operation)?.for(facts);
    if (candidates === undefined || candidates.length === 0) return next(NO_HITS);
    const fired: Fired[] = [];
    const decisions: FaultDecision[] = [];
    const call = pointCall(facts, place);
    const generic = candidates.filter(({ effect }) => effect !== undefined);
    const goesOn = this.#decide(generic, facts, call, decisions, fired);
    this.#record(decisions, place);
    const hits = goesOn ? this.#hitsOf(candidates, facts, place) : NO_HITS;
    if (fired.length === 0) return next(hits);
    return unwrapped(
      (wrapped) => applied(fired, call, wrapped),
      () => next(hits),
    );
  }

  /**
   * Counts and decides every rule that matches; those that fire are added to `fired`.
   * @returns false when one fired after which nothing happens any more: the rules behind it are left alone
   */
  #decide(
    candidates: readonly CompiledRule[],
    facts: Facts,
    call: Call,
    decisions: FaultDecision[],
    fired: Fired[],
  ): boolean {
    for (const compiled of candidates) {
      const { rule, effect } = compiled;
      const ctx = this.#decideOne(
        compiled,
        facts,
        decisions,
        (ctx) => effect?.fires?.(rule.params, call, ctx) ?? true,
      );
      if (ctx === undefined) continue;
      fired.push({ compiled, ctx });
      if (effect?.ends?.(rule.params)) return false;
    }
    return true;
  }

  /** @returns what the effect needs, when the rule fires */
  #decideOne(
    compiled: CompiledRule,
    facts: Facts,
    decisions: FaultDecision[],
    agrees: (ctx: EffectContext) => boolean,
  ): EffectContext | undefined {
    const { rule, tally, share } = compiled;
    const nowMs = this.#clock.now();
    if (isExpired(rule, nowMs) || (rule.startsAt !== undefined && rule.startsAt > nowMs)) return undefined;
    if (this.waits?.(rule)) return undefined;
    if (!this.#matches(compiled, facts, decisions)) return undefined;
    const unit = unitOf(rule, facts);
    const counted = tally.of(unit);
    const known = () => this.#errorsOf(facts);
    const ctx: EffectContext = {
      clock: this.#clock,
      rule,
      counted,
      draw: (salt) => this.#draw(rule, facts, salt),
      share: (total) => share?.of(unit, total) ?? total,
      outlasted: (signal) => this.#outlasted(rule, signal),
      commonError: (kind) => commonError(kind, facts.service, facts.operation, known()),
      get protocol() {
        return known().protocol ?? "";
      },
    };
    const { limits } = this;
    const decide = () =>
      tally.decide(
        rule,
        counted,
        nowMs,
        ctx.draw,
        () =>
          agrees(ctx) &&
          (share === undefined || rule.times === undefined || share.takes(unit, nowMs)) &&
          (limits === undefined || limits.allows(nowMs)),
      );
    const { match, fires } =
      rule.per === "call" ? tally.decideCall(rule, facts.identified().identity.hash, decide) : decide();
    decisions.push({
      ruleId: rule.id,
      owner: rule.owner,
      effect: rule.effect,
      point: rule.point,
      match,
      fired: fires,
    });
    return fires ? ctx : undefined;
  }

  /** The same, and says how much longer the call took than it would have without the rules. */
  async #timed(fired: readonly Fired[], call: Call, next: NextOrNow): Promise<Outcome> {
    const startedAt = this.#clock.now();
    let ownMs = 0;
    const own = async () => {
      const from = this.#clock.now();
      const outcome = await settled(next);
      ownMs += this.#clock.now() - from;
      return outcome;
    };
    try {
      return await applied(fired, call, own);
    } finally {
      const ms = this.#clock.now() - startedAt - ownMs;
      this.#bus?.publish("fault.delay", { ruleId: sure(fired[0]).compiled.rule.id, ms });
    }
  }

  /** A rule of the same id that has taken its place is another one. */
  #outlasted(rule: FaultRule, signal: AbortSignal): Promise<boolean> {
    const isThere = () => this.table.get(rule.id)?.rule === rule;
    if (signal.aborted || !isThere()) return Promise.resolve(!signal.aborted);
    return new Promise((resolve) => {
      const look = () => !isThere() && end(true);
      const leave = () => end(false);
      const unsubscribe = this.#bus?.subscribe("fault.rule", look);
      signal.addEventListener("abort", leave, { once: true });
      function end(isOutlasted: boolean): void {
        unsubscribe?.();
        signal.removeEventListener("abort", leave);
        resolve(isOutlasted);
      }
    });
  }

  /** A rule that cannot be decided in time does not fire; the call's record says so, and once the log. */
  #matches({ rule, matches }: CompiledRule, facts: Facts, decisions: FaultDecision[]): boolean {
    try {
      return matches(facts);
    } catch (error) {
      if (!(error instanceof LimitExceeded)) throw error;
      const { id, owner, effect, point } = rule;
      if (!this.#givenUp.has(rule)) {
        this.#givenUp.add(rule);
        this.#log?.warn(
          `The rule ${id} did not fire at ${facts.service}.${facts.operation}: ${error.message}.`,
        );
      }
      decisions.push({ ruleId: id, owner, effect, point, match: 0, fired: false, gaveUp: error.message });
      return false;
    }
  }

  /** A number for a rule and who the call is: neither the order of calls nor what else goes on has a say in it. */
  #draw(rule: FaultRule, facts: Facts, salt: string | undefined): number {
    const { identity, attempt } = facts.identified();
    const label = `${rule.id}/${identity.hash}${this.#apartFromOthers(identity)}`;
    // What is decided for a call holds for all its attempts.
    return this.#random.draw(
      salt === undefined ? label : `${label}/${salt}`,
      rule.per === "call" ? 0 : attempt,
    );
  }

  /**
   * Equal calls have ordinals as they come to one gateway. The first of them is the same wherever it comes to; a later one
   * here is another than a later one there, and draws for itself.
   */
  #apartFromOthers(identity: Identity): string {
    if (this.drawsApart === undefined) return "";
    return identity.steps().some((step) => LATER.test(step)) ? `/${this.drawsApart}` : "";
  }

  #callFacts(call: Call, arnsOf: (() => readonly string[]) | undefined): Facts {
    let arns: readonly string[] | undefined;
    const { service, operation, account, region, caller, headers, input } = call;
    const askedOnce = () => (arns ??= arnsOf?.() ?? []);
    const identified = () => this.#identities.of(this.#identifiable(call));
    return { service, operation, account, region, caller, headers, input, arns: askedOnce, identified };
  }

  #pointFacts(point: string, subject: PointSubject, place: PointPlace): Facts {
    const { call, account, region } = place;
    const { resource = [], operation = call?.operation ?? "", input = call?.input ?? {} } = subject;
    const arns = typeof resource === "string" ? [resource] : resource;
    let identified: Identified | undefined;
    return {
      service: serviceOf(point),
      operation,
      account,
      region,
      caller: call?.caller,
      headers: call?.headers ?? {},
      input,
      arns: () => arns,
      identified: () => (identified ??= this.#happening(point, subject.parentId, arns, place)),
    };
  }

  /** What happens at a point has an identity of its own, below the call that it comes of. */
  #happening(
    point: string,
    parentId: string | undefined,
    resources: readonly string[],
    { call, account, region }: PointPlace,
  ): Identified {
    const from = parentId === undefined ? undefined : this.#identities.ofId(parentId);
    const at = from ?? (call && this.#identities.of(this.#identifiable(call)).identity);
    const parent = at ?? new Identity(undefined, serviceOf(point));
    const name = resources.length === 0 ? point : `${point}@${resources.map(shortName).join("+")}`;
    return { identity: this.#identities.happening(parent, name, `${account}/${region}`), attempt: 1 };
  }

  #hitsOf(candidates: readonly CompiledRule[], facts: Facts, place: PointPlace): readonly Hit[] {
    const hits: Hit[] = [];
    const decisions: FaultDecision[] = [];
    for (const compiled of candidates) {
      if (compiled.effect !== undefined) continue;
      const ctx = this.#decideOne(compiled, facts, decisions, () => true);
      const { rule } = compiled;
      if (ctx !== undefined) hits.push({ effect: rule.effect, params: rule.params, rule, draw: ctx.draw });
    }
    this.#record(decisions, place);
    return hits.length === 0 ? NO_HITS : hits;
  }

  /** Decisions at a point go into the record of its call; the bus hears of those that fired, also in the background. */
  #record(
    decisions: readonly FaultDecision[],
    { account, region, call, decisions: record }: PointPlace,
  ): void {
    record?.push(...decisions);
    if (!this.#bus?.hears("fault.fired")) return;
    for (const decision of decisions) {
      if (!decision.fired) continue;
      this.#bus.publish("fault.fired", { ...decision, account, region, ...(call && { callId: call.id }) });
    }
  }
}

/** Effects around `next`, the first the outermost. */
function applied(fired: readonly Fired[], call: Call, next: Next): Promise<Outcome> {
  let inner = next;
  for (const { compiled, ctx } of fired.toReversed()) {
    const rest = inner;
    // Rules of points have none, and they are not applied to calls.
    inner = () => sure(compiled.effect).apply(compiled.rule.params, call, rest, ctx);
  }
  return inner();
}

/** An effect sees every end of a call, also one that its handler threw. */
async function settled(next: NextOrNow): Promise<Outcome> {
  try {
    return await next();
  } catch (error) {
    if (error instanceof AwsError) return { kind: "error", error };
    throw error;
  }
}

/** Runs what returns a value or throws an AwsError inside what knows outcomes. */
async function unwrapped<T>(around: (next: Next) => Promise<Outcome>, next: () => Promise<T>): Promise<T> {
  let value: T | undefined;
  const outcome = await around(() =>
    settled(async () => {
      value = await next();
      return { kind: "output", output: {} };
    }),
  );
  if (outcome.kind === "error") throw outcome.error;
  if (outcome.kind === "drop") {
    throw new AwsError("ConnectionDropped", `The connection was dropped (${outcome.how}).`, { status: 500 });
  }
  // Whatever comes of `next`, and that may be undefined.
  return value as T;
}

function refusedHeader(error: RuleError): Outcome {
  return { kind: "error", error: new AwsError("InvalidFaultHeader", `${INJECT_HEADER}: ${error.message}`) };
}

/** What a rule counts apart: undefined for all together. */
function unitOf({ per }: FaultRule, facts: Facts): string | undefined {
  if (per === "caller") return facts.caller?.accessKeyId || facts.caller?.arn || "";
  if (per !== "resource") return undefined;
  return facts.arns()[0] ?? resourceOf(facts.service, facts.input) ?? "";
}

/** What happens at a point, as the generic effects see it. */
function pointCall(facts: Facts, { call, account, signal = call?.signal }: PointPlace): Call {
  const nobody = { accessKeyId: "", account, arn: "", userId: "" };
  return {
    id: call?.id ?? "",
    ...facts,
    caller: facts.caller ?? nobody,
    signal: signal ?? new AbortController().signal,
  };
}
