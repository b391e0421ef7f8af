import type { AwsError } from "./aws-error.ts";
import type { Call, Next, Outcome } from "./call.ts";
import type { Clock } from "./clock.ts";

/** One parameter of an effect, an action or a setting; the docs tables and the checks come from it. */
export interface Parameter {
  readonly type: "string" | "number" | "integer" | "boolean" | "duration" | "strings" | "object";
  readonly description: string;
  /** The unit of a number: `ms`, `%`, `bytes`, `1/s` … */
  readonly unit?: string;
  readonly required?: boolean;
  readonly default?: unknown;
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
}

export type Parameters = Readonly<Record<string, Parameter>>;

/** What the world looks like to an effect. */
export interface EffectContext {
  readonly clock: Clock;
  /** A number in [0, 1) that depends only on the seed, the rule and who the call is (and `salt`, for a second number). */
  draw(salt?: string): number;
  readonly rule: FaultRule;
  /** What the rule counts by, for state of an effect's own: the same object for each call, caller or resource (see `per`). */
  readonly counted: object;
  /** How much of something that the rule gives away (a bucket's tokens) is this gateway's: all of it, but in a fleet. */
  share(total: number): number;
  /** Waits until the rule is gone: false when the signal came first. */
  outlasted(signal: AbortSignal): Promise<boolean>;
  /** What the call's service says when it throttles, breaks or is down. */
  commonError(kind: "throttle" | "internal" | "unavailable"): AwsError;
  /** botocore's name of the protocol that the caller speaks; empty where nobody knows. */
  readonly protocol: string;
}

/** One way to go wrong, as around-advice: do something before, after or instead of `next`. */
export interface FaultEffect<P = Record<string, unknown>> {
  readonly name: string;
  readonly description: string;
  readonly parameters: Parameters;
  /** True for an effect on the response's bytes: it has no meaning but at the point `api`. */
  readonly onTheWire?: boolean;
  /** `latency: 200` in a rule or `latency=200ms` in a header → params. Without it only `reset: true` is understood. */
  shorthand?(value: unknown): Record<string, unknown>;
  /** What is wrong with params that are right one by one; undefined when nothing is. */
  check?(params: P): string | undefined;
  /** True when `next` is never called: rules after this one are then neither matched nor counted. */
  ends?(params: P): boolean;
  /** A say of its own in whether it fires, after the rule's `skip`, `every`, `sequence` and `percentage` (a token bucket). */
  fires?(params: P, call: Call, ctx: EffectContext): boolean;
  apply(params: P, call: Call, next: Next, ctx: EffectContext): Promise<Outcome>;
}

/** What a rule matches. Every given criterion must hold; a list means "one of"; strings may be globs (`Get*`), and names exceptions (`!fis`). */
export interface FaultMatch {
  readonly service?: string | readonly string[];
  readonly operation?: string | readonly string[];
  /** ARNs of resources that the call names. */
  readonly resource?: string | readonly string[];
  /** ARNs of IAM roles whose sessions make the call. */
  readonly role?: string | readonly string[];
  /** ARN of the caller as GetCallerIdentity gives it. */
  readonly caller?: string | readonly string[];
  readonly accessKeyId?: string | readonly string[];
  readonly account?: string | readonly string[];
  readonly region?: string | readonly string[];
  /** Ids of the subnet, or of the VPC, in which the caller's code runs: a function's, a task's. */
  readonly subnet?: string | readonly string[];
  readonly vpc?: string | readonly string[];
  /** Header name → glob. */
  readonly header?: Readonly<Record<string, string>>;
  readonly userAgent?: string;
  /** A JMESPath expression over the input that must be truthy. */
  readonly input?: string;
  /** The end of the path of calls that led here: `lambda.Invoke@worker > dynamodb.UpdateItem@stats#1`. */
  readonly site?: string | readonly string[];
  /** The same of the call that made this one. */
  readonly parent?: string | readonly string[];
}

/** What `skip`, `every`, `sequence`, `times` and a rate limit count. */
export type Counted = "attempt" | "call" | "caller" | "resource";

/** An effect + what it matches + how often + who owns it. */
export interface FaultRule {
  readonly id: string;
  /** `user`, `file`, `header`, or an experiment's ARN. When the owner ends, its rules go. */
  readonly owner: string;
  /** The fault point: `api`, or one that a service declares. */
  readonly point: string;
  readonly match: FaultMatch;
  readonly effect: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** 0..100: the share of matches (after `skip`, `every` and `sequence`) that fire. */
  readonly percentage: number;
  /** The share grows (or shrinks) to `percentage` in a straight line: from this share, within `over` milliseconds, from `at` (epoch milliseconds) on. */
  readonly ramp?: { readonly from: number; readonly over: number; readonly at: number };
  /** What is counted: attempts (the default), logical calls whatever their attempts, or attempts of each caller or resource by itself. */
  readonly per?: Counted;
  /** With `per: "call"`: only so many attempts of a call that is struck. */
  readonly attempts?: number;
  /** Fire at most this many times. */
  readonly times?: number;
  /** `times` within any so many milliseconds, instead of in all. */
  readonly window?: number;
  /** Let this many matches pass first. */
  readonly skip?: number;
  /** Only each n-th match. */
  readonly every?: number;
  /** One entry a match, then the rule passes for good: `["fail", "fail", "pass"]`. */
  readonly sequence?: readonly ("fail" | "pass")[];
  /** Begin the sequence again at its end. */
  readonly repeat?: boolean;
  /** Epoch milliseconds before which the rule does nothing. */
  readonly startsAt?: number;
  /** Epoch milliseconds after which the rule is gone. */
  readonly expiresAt?: number;
  readonly note?: string;
}

/** A rule as it is handed to the table; what a user may write beside it is in `normalizeRule`. */
export type FaultRuleInput = Partial<
  Omit<FaultRule, "effect" | "startsAt" | "expiresAt" | "ramp" | "window">
> & {
  readonly effect: string;
  /** How long the rule lives: `PT30S`, `30s`, or milliseconds. */
  readonly ttl?: string | number;
  /** When it begins: a date (`2026-11-28T12:00:00Z`), or how long from now. */
  readonly from?: string | number;
  /** When it ends: a date, or how long from now. */
  readonly until?: string | number;
  readonly window?: string | number;
  readonly ramp?: { readonly from?: number; readonly over: string | number; readonly at?: string | number };
};

/** A rule that matched a call: what was decided. */
export interface FaultDecision {
  readonly ruleId: string;
  readonly owner: string;
  readonly effect: string;
  readonly point: string;
  /** Which match of the rule this was, from 1; 0 when that was never found out. */
  readonly match: number;
  readonly fired: boolean;
  /** Why nobody knows whether the rule matches, and it does not fire: its expression took too long. */
  readonly gaveUp?: string;
}

/** A fired effect that the service itself carries out at its own fault point (duplicate a message, return part of a batch). */
export interface Hit<P = Record<string, unknown>> {
  readonly effect: string;
  readonly params: P;
  readonly rule: FaultRule;
  /** As EffectContext.draw. */
  draw(salt?: string): number;
}

/** An effect that only the declaring service can carry out. */
export interface PointEffect {
  readonly description: string;
  readonly parameters: Parameters;
}

/** A named place in a service where rules can strike. */
export interface FaultPoint {
  readonly description: string;
  /** Effects of its own, by name. The generic ones (`error`, `latency`, …) work at a point that says so. */
  readonly effects: Readonly<Record<string, PointEffect>>;
  /** What `match.operation` can be at this point, where it is no operation of the service: the states of a lifecycle. */
  readonly operations?: readonly string[];
  /** True where generic effects may wrap what happens at this point. */
  readonly generic?: boolean;
}

/** What happens at a service's fault point, for matching. Anything absent is taken from the call. */
export interface PointSubject {
  readonly resource?: string | readonly string[];
  readonly operation?: string;
  readonly input?: Record<string, unknown>;
  /** The call that it comes of (who sent the message), when that is not the call at hand: draws depend on it. */
  readonly parentId?: string;
  /** Which of the rules are asked; the others neither count nor decide. By default all are. */
  asks?(rule: FaultRule): boolean;
}

/** The one table of rules, as services (FIS) and doors see it. */
export interface FaultTable {
  add(rule: FaultRuleInput): FaultRule;
  /** Removes a rule; true if it was there. */
  remove(id: string): boolean;
  /** Removes all rules of an owner, and says how many. */
  removeOwner(owner: string): number;
  list(owner?: string): FaultRule[];
  get(id: string): FaultRule | undefined;
}
